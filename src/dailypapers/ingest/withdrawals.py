"""Whether a comment says that the paper it stands on was withdrawn. No Django.

arXiv marks a withdrawal by nothing but the words of the authors' comment. Missing one shows a paper as good
that its authors took back; a false one strikes out a good paper. Of the 185 comments with such a word among
270,717 papers all but a handful are withdrawals; those tell of a conference or a journal that the paper was
withdrawn from.
"""

import re

_LONGEST = 2_000
"""Characters of a sentence that are read: comments come from outside, and patterns go over them often."""
_SENTENCE_END = re.compile(r"(?:[.!?](?=\s)|[;\n])\s*")
_PAPER = (
    r"(?:paper|article|submission|manuscript|preprint|version|work|study|report|entry|draft|document|thesis"
    r"|note|survey|publication)"
)
_WITHDRAWN = re.compile(
    rf"""
      ^(?:\W*(?:temporarily|now)\s+)?withdr(?:awn|awing)\b            # Withdrawn by the authors
    | \b{_PAPER}\b(?:\s+\w+)?\s+withdrawn\b                           # Paper withdrawn by authors
    | \b{_PAPER}\b.*\b(?:is|was|are|were|been|be|being)\b(?:\s+\w+){{0,2}}?\s+withdrawn\b
    | \b(?:it|this)\s+(?:is|was|has\s+been)\s+(?:being\s+)?withdrawn\b
    | \b(?:we|i|authors?|team)\b.*\bwithdr(?:aw|awn|aws|ew|awing)\b   # We have decided to withdraw it
    | \bwithdraw(?:ing)?\s+(?:this|the|our|my)\s+(?:\w+\s+)?{_PAPER}\b
    | \b(?:request\w*|ask\w*\s+for|requir\w+|necessitat\w+)\s+(?:\w+\s+){{0,3}}?withdrawal\b
    | \bwithdrawal\s+of\s+(?:this|the|our)\s+(?:\w+\s+)?{_PAPER}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ELSEWHERE = re.compile(
    rf"""
      \b(?:submitted|accepted|presented)\s+(?:to|at|by|in|for|as)\s+(?!arxiv\b).*\bwithdr  # from that journal
    | \b(?:withdrawal|withdrew|withdraw(?:n|ing)?)(?:\s+\w+){{0,2}}\s+from\s+(?!arxiv\b|the\s+arxiv\b)
    | \b(?:previous|earlier|prior|older?|former)\s+{_PAPER}\s+(?:is|was|were|has\s+been)\s+withdrawn\b
    | \b(?:which|that)\s+(?:is|was|were|has\s+been)\s+withdrawn\b
    | \bsure\s+(?:whether|if|that)\b | \bsymbolic\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def says_withdrawn(comment: str) -> bool:
    """Whether the comment says that this paper is, has been or is to be withdrawn from where it stands."""
    if "withdr" not in comment.lower():
        return False
    return any(
        _WITHDRAWN.search(sentence) and not _ELSEWHERE.search(sentence)
        for sentence in (part[:_LONGEST] for part in _SENTENCE_END.split(comment))
    )
