"""What is said of the order of models."""

from __future__ import annotations

from dataclasses import replace

from spriteloom.reproduce.orders import sentences
from spriteloom.reproduce.results import Results

from .kit import begun, results


def said(found: Results, *parts: str) -> list[str]:
    """The sentences that hold all of these."""
    return [one for one in sentences(found) if all(part in one for part in parts)]


def test_a_run_that_agrees_says_so_of_every_table():
    found = results()
    assert said(found, "Table 2, MSE", "the paper’s in all 15 pairs")
    assert said(found, "Table 3, SSIM", "the paper’s in all 13 pairs")
    assert said(found, "Table 8, MSE", "the paper’s in all 6 pairs")
    assert said(found, "Table 5, FD-EffLite0", "the paper’s in all 21 pairs")
    assert not said(found, "stands")


def test_the_main_claims_are_said_to_hold():
    found = results()
    for measure in ("MSE", "SSIM"):
        assert said(
            found, f"Table 2, {measure}", "ahead of the VAE", "at LowRes, MedRes and HiRes, as in the paper."
        )
    assert said(found, "Table 2, MSE: best is Pixel VQ-VAE HiRes, as in the paper")
    assert said(found, "Table 2, SSIM: best is Pixel VQ-VAE MedRes, as in the paper")
    assert said(found, "Table 8", "in MSE and SSIM, as in the paper.")
    assert said(found, "Table 5", "best of the paper’s rows is Pixel VQ-VAE HiRes, as by the paper’s FID")


def test_a_claim_that_does_not_hold_is_said_not_to():
    found = results(mse={"VAE": 0.001})
    (one,) = said(found, "Table 2, MSE", "the Pixel VQ-VAE is ahead of the VAE")
    assert one.endswith("in the paper; here it is not, at LowRes, MedRes and HiRes.")
    found = results(mse={"Pixel VQ-VAE LowRes": 0.03})
    (one,) = said(found, "Table 2, MSE", "the Pixel VQ-VAE is ahead of the VAE")
    assert "at MedRes and HiRes, as in the paper, but not at LowRes" in one


def test_a_row_out_of_place_is_one_sentence_with_both_figures():
    found = results(fd={"GAN": 400.0})
    (one,) = said(found, "Table 5", "stands")
    assert one.startswith("Table 5, FD-EffLite0: GAN (400) stands behind VAE (326, by 23 %)")
    assert "all" in one and "FID 101.759 against 322.746" in one
    assert "beyond the spread of the bootstrap" in one


def test_of_ssim_more_is_ahead():
    (one,) = said(results(ssim={"VQ-VAE LowRes": 0.99}), "Table 2, SSIM", "stands")
    assert one.startswith("Table 2, SSIM: VQ-VAE LowRes (0.990) stands ahead of VAE (0.543, by 0.45)")
    assert "the paper has it behind all five (SSIM 0.60198 against 0.64272" in one


def test_what_may_be_chance_is_said_to_be_within_the_spread():
    found = results(mse={"Pixel VQ-VAE MedRes": 0.01175, "VQ-VAE MedRes": 0.0117})
    (one,) = said(found, "Table 2, MSE", "stands")
    assert "Pixel VQ-VAE MedRes" in one and "within the spread over seeds" in one
    assert "MSE 0.00584 against 0.00421" in one or "MSE 0.00421 against 0.00584" in one


def test_a_few_sentences_tell_even_the_order_upside_down():
    whole = results()
    turned = replace(whole, table3=tuple(replace(one, mse=-one.mse, ssim=-one.ssim) for one in whole.table3))
    assert len(said(turned, "Table 3", "stands")) == 14  # of 26 pairs


def test_the_ablation_is_compared_within_a_size():
    found = results(mse={"Pixel VQ-VAE HiRes": 0.0255})  # behind MedRes, behind PixelSight HiRes
    told = said(replace(found, table2=(), table8=()), "Table 3, MSE", "stands")
    assert len(told) == 1 and "MedRes" not in told[0]
    assert said(found, "Table 3, MSE, best of its size", "otherwise PixelSight VQ-VAE HiRes")


def test_ours_is_compared_but_takes_no_part_in_the_order():
    found = results()
    (one,) = said(found, "our best")
    assert "0.40 times that of Pixel VQ-VAE HiRes" in one and "real training pictures have 12.5" in one
    assert said(found, "our training of the same network", "0.00146 against 0.00842 (5.77×")
    assert not said(found, "our masked U-Net", "stands")


def test_a_prior_that_does_not_beat_counting_is_named():
    (one,) = said(results(), "Bits per code")
    assert "our masked U-Net 1.87, count model 2.19, the paper's PixelCNN 3.41" in one
    assert one.endswith("Behind counting, which trains in seconds: the paper's PixelCNN.")


def test_conditioning_is_told_over_chance():
    assert said(results(), "type 3.50× as often as chance and", "shape 2.40× as often")
    whole = results()
    (found,) = whole.conditioning
    unknown = replace(found, shape_chance=0.0, shape_ratio=0.0)
    (one,) = said(replace(whole, conditioning=(unknown,)), "Conditioning")
    assert "shape" not in one


def test_a_frechet_distance_of_ours_is_never_called_fid():
    for one in sentences(results(fd={"GAN": 400.0})):
        assert "FID" not in one.replace("paper’s FID", "").replace("(FID", ""), one


def test_nothing_is_said_of_what_is_not_there():
    assert sentences(begun()) == []
