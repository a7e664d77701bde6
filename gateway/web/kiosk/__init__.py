"""Pages of the terminals in the hall, which one person uses after another: none finds anything of the one before."""
