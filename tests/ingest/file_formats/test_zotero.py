"""Zotero's RDF and the JSON of its API, as Zotero writes them."""

import orjson
import pytest

from dailypapers.catalogue.records import Precision
from dailypapers.ingest.file_formats.archive import Damaged
from dailypapers.ingest.file_formats.csl import Csl
from dailypapers.ingest.file_formats.entry import Piece, Unreadable
from dailypapers.ingest.file_formats.zotero import ZoteroRdf
from tests.papers import named

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
<bib:Article rdf:about="http://arxiv.org/abs/1706.03762">
 <z:itemType>preprint</z:itemType>
 <bib:authors><rdf:Seq>
  <rdf:li><foaf:Person><foaf:surname>Vaswani</foaf:surname><foaf:givenName>Ashish</foaf:givenName></foaf:Person></rdf:li>
  <rdf:li><foaf:Person><foaf:surname>Shazeer</foaf:surname><foaf:givenName>Noam</foaf:givenName></foaf:Person></rdf:li>
 </rdf:Seq></bib:authors>
 <dc:title>Attention Is All You Need</dc:title>
 <dcterms:abstract>The dominant sequence.</dcterms:abstract>
 <dc:date>2017-06-12</dc:date>
 <dc:subject><z:AutomaticTag><rdf:value>Language</rdf:value></z:AutomaticTag></dc:subject>
 <dc:subject>mine</dc:subject>
</bib:Article>
<bib:Article rdf:about="#item_1">
 <z:itemType>journalArticle</z:itemType>
 <dcterms:isPartOf rdf:resource="urn:issn:0028-0836"/>
 <dc:title>Heat in plates</dc:title><dc:date>June 2019</dc:date>
</bib:Article>
<bib:Journal rdf:about="urn:issn:0028-0836">
 <dc:title>Nature</dc:title><dc:identifier>DOI 10.1000/182</dc:identifier>
</bib:Journal>
<z:Attachment rdf:about="#item_2"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
<bib:Memo rdf:about="#item_3"><rdf:value>A note</rdf:value></bib:Memo>
<z:Collection rdf:about="#collection_1"><dc:title>Mine</dc:title></z:Collection>
</rdf:RDF>"""


def items(text: str) -> list[Piece]:
    return list(ZoteroRdf().split(iter((text.encode(),))))


def test_the_items_of_an_rdf_file_are_papers_and_nothing_else_is() -> None:
    first, second = (entry.record for piece in items(RDF) for entry in Csl().read(piece))
    assert first.identifiers == (named("1706.03762"),)
    assert first.title == "Attention Is All You Need"
    assert [author.name for author in first.authors] == ["Ashish Vaswani", "Noam Shazeer"]
    assert (first.day and first.day.isoformat(), first.precision) == ("2017-06-12", Precision.DAY)
    assert first.abstract == "The dominant sequence."
    assert first.keywords == ("Language", "mine")
    assert second.venue == "Nature"
    assert second.identifiers == (named("10.1000/182"),)
    assert (second.day and second.day.year, second.precision) == (2019, Precision.YEAR)


def test_the_doi_of_a_journal_that_several_articles_have_is_nobodys() -> None:
    article = (
        '<bib:Article rdf:about="#x"><dcterms:isPartOf rdf:resource="urn:issn:0028-0836"/>'
        "<dc:title>Other</dc:title></bib:Article>"
    )
    two = RDF.replace("<bib:Journal", f"{article}<bib:Journal")
    found = [entry.record for piece in items(two) for entry in Csl().read(piece)]
    assert [record.identifiers[0].scheme for record in found] == ["arxiv", "local", "local"]
    assert found[1].venue == "Nature"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<rdf:RDF",
        "<html></html>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><RDF>&b;</RDF>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><RDF/>',
    ],
)
def test_what_is_no_rdf_or_defines_entities_is_refused(text: str) -> None:
    with pytest.raises(Damaged):
        items(text)


def of_api(**data: object) -> Piece:
    whole = {"itemType": "preprint", "title": "Heat in plates"} | data
    return Piece(1, orjson.dumps({"key": "ABCD", "version": 1, "data": whole}))


def test_an_item_of_the_api_is_a_paper() -> None:
    creators = [
        {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
        {"creatorType": "editor", "firstName": "An", "lastName": "Editor"},
        {"creatorType": "author", "name": "The Team"},
    ]
    (entry,) = Csl().read(
        of_api(
            creators=creators,
            date="12 June 2017",
            archiveID="arXiv:1706.03762",
            extra="Citation Key: x\nDOI: 10.1000/182",
            tags=[{"tag": "one, two"}, {"tag": "three", "type": 1}],
            publicationTitle="Nature",
        )
    )
    record = entry.record
    assert entry.name == "ABCD"
    assert record.identifiers == (named("1706.03762"), named("10.1000/182"))
    assert [author.name for author in record.authors] == ["Ada Lovelace", "The Team"]
    assert record.day is not None
    assert record.day.year == 2017
    assert record.venue == "Nature"
    assert [word.strip() for word in record.keywords] == ["one  two", "three"]


@pytest.mark.parametrize("kind", ["note", "attachment", "annotation"])
def test_notes_and_attachments_are_no_papers(kind: str) -> None:
    assert list(Csl().read(of_api(itemType=kind))) == []


@pytest.mark.parametrize("wrong", [{"creators": "x"}, {"creators": [1]}, {"title": 1}, {"extra": []}])
def test_an_item_of_wrong_types_is_told(wrong: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        list(Csl().read(of_api(**wrong)))
