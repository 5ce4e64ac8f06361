"""Studies: questions with their answers, played anew by one command.

A study is a row of sections. Each plays and keeps what came of it as plain data; the page is written from the data alone, so
that no number in it is typed by hand. Studies register by entry points of the group ``arena.studies``.
"""
