"""Neural networks that play, and the learners that train them."""
