"""Where the papers are that a site shows when no source can be reached.

Titles, authors, dates, identifiers and code links are facts; the summaries were written for this project.
"""

from pathlib import Path

PATH = Path(__file__).parent / "sample" / "papers.jsonl"
