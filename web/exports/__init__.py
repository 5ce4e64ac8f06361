"""A match to take away: one page that needs no server, an animated picture, a video."""

from web.exports.browser import Camera, Look
from web.exports.html import MatchPage, match_page
from web.exports.pictures import durations_ms, write_gif, write_mp4

__all__ = ["Camera", "Look", "MatchPage", "durations_ms", "match_page", "write_gif", "write_mp4"]
