"""The agents of S. R. Malla, "AI Agents for the Dhumbal Card Game", arXiv 2510.11736 (2025), as weak as they were.

They serve the study of that paper (`arena study dhumbal`) and are not registered; the four rule-based styles of the paper
are ordinary agents (`agents.dhumbal.styles`). Each module says what the paper and the program published with it
(github.com/sahajrajmalla/dhumbal-ai) tell, and what is our reading.
"""
