"""The catalogue's tables, written by `landing`, `splitting`, `correcting` and `putting_forward` alone."""

from django.db import models


class Paper(models.Model):
    """A work, however many copies of it there are."""

    handle = models.CharField(max_length=220, unique=True)
    """The part of its address after /papers/, from the best of its identifiers."""
    title = models.TextField()
    title_key = models.BigIntegerField(null=True, db_index=True)
    abstract = models.TextField(blank=True)
    day = models.DateField(null=True)
    """The day it was first announced or submitted, in the site's announcement time zone."""
    date = models.DateField(null=True)
    """When the work first appeared, as exactly as `precision` says."""
    precision = models.CharField(max_length=5, default="none")
    version = models.PositiveIntegerField(default=0)
    venue = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    licence = models.TextField(blank=True)
    keywords = models.JSONField(default=list)
    author_count = models.PositiveIntegerField(default=0)
    withdrawn = models.BooleanField(default=False)
    withdrawn_on = models.DateField(null=True)
    withdrawal_reason = models.TextField(blank=True)
    source = models.CharField(max_length=40)
    authority = models.CharField(max_length=20)
    text_from = models.CharField(max_length=220)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        # Programs that keep a copy ask what changed last.
        indexes = [models.Index(fields=["updated_at", "id"], name="paper_by_change")]

    def __str__(self) -> str:
        return f"{self.handle} {self.title}"


class Identifier(models.Model):
    """A name of a paper. Each name belongs to one paper."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="identifiers")
    position = models.PositiveIntegerField()
    scheme = models.CharField(max_length=12)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Author(models.Model):
    """A name on a paper, at its place in the order."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="authors", db_index=False)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    affiliation = models.TextField(blank=True)
    orcid = models.CharField(max_length=19, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="author_place_once")]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A field a paper belongs to (`cs.CL`); position 0 is its primary one."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="categories", db_index=False)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="category_place_once")]
        indexes = [models.Index(fields=["name", "paper"], name="category_papers")]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """A version of a paper under one of its identifiers."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="versions")
    scheme = models.CharField(max_length=12)
    value = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}v{self.number}"


class Artifact(models.Model):
    """Something that belongs to a paper: code, project page, model, data set, PDF, media."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="artifacts")
    kind = models.CharField(max_length=12)
    url = models.TextField()
    stars = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.url


class Listing(models.Model):
    """That a paper stands on the list of a day; with month precision, on that of a month."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="listings")
    day = models.DateField()
    precision = models.CharField(max_length=5, default="day")
    source = models.CharField(max_length=40)
    announced = models.BooleanField(default=False)
    submitted = models.BooleanField(default=False)
    estimated = models.BooleanField(default=False)

    class Meta:
        # The lists read these columns and no others, so the index answers them without the table.
        indexes = [
            models.Index(
                fields=["day", "precision", "paper", "submitted", "announced"], name="listing_by_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} on {self.day}"


class Mention(models.Model):
    """What an outside community says of a paper. Kept apart from the votes cast here."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="mentions")
    source = models.CharField(max_length=40)
    day = models.DateField()
    votes = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    submitter = models.CharField(max_length=200, blank=True)
    organization = models.CharField(max_length=200, blank=True)
    url = models.TextField(blank=True)
    captured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "source"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.source} on {self.paper_id}"


class Summary(models.Model):
    """A short text on a paper by someone other than its authors, with who or what wrote it."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="summaries")
    text = models.TextField(blank=True)
    origin = models.CharField(max_length=40)
    model = models.CharField(max_length=100, blank=True)
    keywords = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "origin"], name="summary_once")]

    def __str__(self) -> str:
        return f"{self.origin} on {self.paper_id}"


class Correction(models.Model):
    """What an author put right, as `records.Correction` says; the other tables have it applied."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=12)
    subject = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    before = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.paper_id}"


class Merge(models.Model):
    """That two copies were taken for one work: enough to part them again."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="merges")
    joined = models.JSONField()
    """The copy that joined, as a record."""
    held = models.JSONField()
    """The paper as it was before."""
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.reason}"


class Hidden(models.Model):
    """That a paper stands on no list and in no search, because whoever runs the site decided so."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="hidden")
    reason = models.CharField(max_length=200)
    hidden_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.reason}"


class Separation(models.Model):
    """That two identifiers name two works, whatever their titles say."""

    first = models.CharField(max_length=220)
    second = models.CharField(max_length=220)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="separation_once")]

    def __str__(self) -> str:
        return f"{self.first} is not {self.second}"


class Unindexed(models.Model):
    """That a paper was written, merged away or removed since the search index last looked at it.

    One row each time: what is written while the index takes it up must be taken up again.
    """

    paper = models.BigIntegerField()
    """The key of the paper, which may be gone."""

    def __str__(self) -> str:
        return str(self.paper)
