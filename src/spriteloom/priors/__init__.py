"""What priors share: conditions, how codes are drawn, and a prior that counts."""
