// node battle.js EXPORT TEAM: load a mod into an unmodified game, validate the team, play one battle to its end.
const fs = require('fs');
const path = require('path');
const {Dex, BattleStream, getPlayerStreams, Teams, TeamValidator} = require('pokemon-showdown');
const {RandomPlayerAI} = require('pokemon-showdown/dist/sim/tools/random-player-ai');

const mods = path.resolve(process.argv[2], 'data', 'mods');
const mod = fs.readdirSync(mods)[0];
const format = Dex.toID('[Gen 9] Woven');
const dex = new Dex.ModdedDex(mod);
dex.dataDir = path.join(mods, mod);
Dex.dexes[mod] = dex;
Dex.formats.load();
Dex.formats.rulesetCache.set(format, new Dex.Format({
  name: '[Gen 9] Woven', mod, effectType: 'Format', ruleset: ['Standard'], baseRuleset: ['Standard'], banlist: [],
}));

const team = Teams.import(fs.readFileSync(process.argv[3], 'utf8'));
for (const {species} of team) {
  const known = dex.species.get(species);
  if (!known.exists || known.id !== Dex.toID(species)) throw new Error(`${species} is not itself: ${known.name}`);
  if (Dex.getAlias && Dex.getAlias(Dex.toID(species))) throw new Error(`${species} is an alias`);
}
const faults = new TeamValidator(format).validateTeam(team);
if (faults) {
  console.error(faults.join('\n'));
  process.exit(1);
}

const packed = Teams.pack(team);
const streams = getPlayerStreams(new BattleStream());
new RandomPlayerAI(streams.p1, {seed: '1,1,1,1'}).start();
new RandomPlayerAI(streams.p2, {seed: '2,2,2,2'}).start();
streams.omniscient.write(`>start ${JSON.stringify({formatid: format, seed: '1,2,3,4'})}
>player p1 ${JSON.stringify({name: 'A', team: packed})}
>player p2 ${JSON.stringify({name: 'B', team: packed})}`);
(async () => {
  const lines = [];
  for await (const chunk of streams.omniscient) lines.push(...chunk.split('\n'));
  console.log(lines.filter((line) => /^\|(switch|win|tie)/.test(line)).join('\n'));
})();
