"""Trainings of any learner for any game: their folder, their checkpoints, their evaluation, their end."""
