"""What sees: backbones, and what is put into them."""
