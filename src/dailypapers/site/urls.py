"""Every address of the site, in the order in which they are tried."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from dailypapers.web.pages import (
    about,
    account,
    claims,
    collections,
    comments,
    corrections,
    errors,
    feed_address,
    following,
    group_lists,
    group_paper,
    groups,
    invitations,
    library,
    lists,
    media,
    moderation,
    moderation_collections,
    moderation_papers,
    notifications,
    paper,
    people,
    pictures,
    reports,
    saved,
    search,
    status,
    submit,
    subscribe,
    tokens,
    votes,
)

_PAGES = (
    r"papers|papers/trending|papers/(?:date|week|month)/[^/]+|about|status/coverage|status/health|search"
    r"|settings|submit|subscribe|people/[^/]+(?:/collections)?|saved|saved/read|following"
)

# Found here and not at the start of every command, which would wait for it.
admin.autodiscover()
# One way in for everyone, with its limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "dailypapers"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dailypapers.api.urls")),
    re_path(rf"^(?:{_PAGES})/+$", errors.without_slash, name="without-slash"),
    path("", lists.front, name="front"),
    path("papers", lists.front, name="papers"),
    path("papers/date/<str:text>", lists.of_date, name="date"),
    path("papers/week/<str:text>", lists.of_week, name="week"),
    path("papers/month/<str:text>", lists.of_month, name="month"),
    path("papers/trending", lists.trending_page, name="trending"),
    path("search", search.page, name="search"),
    re_path(r"^papers/(?P<handle>.+)$", paper.page, name="paper"),
    re_path(r"^covers/(?P<handle>.+)\.svg$", pictures.cover, name="cover"),
    re_path(r"^share-cards/(?P<handle>.+)\.png$", pictures.share_card, name="share-card"),
    path("votes/<int:paper_id>", votes.change, name="vote"),
    path("submit", submit.page, name="submit"),
    path("submit/confirm", submit.confirm, name="submit-confirm"),
    path("submit/<int:paper_id>/take-back", submit.take_back, name="take-back-submission"),
    re_path(
        r"^media/(?P<name>[0-9a-f]{20})(?P<cover>(?:-cover)?)\.(?P<ending>webp|mp4)$",
        media.file,
        name="medium",
    ),
    path("media/<int:medium_id>/remove", media.remove, name="remove-medium"),
    path("comments/on/<int:paper_id>", comments.write, name="write-comment"),
    path("comments/<int:comment_id>", comments.place, name="comment"),
    path("comments/<int:comment_id>/form/<slug:deed>", comments.form, name="comment-form"),
    path("comments/<int:comment_id>/history", comments.history, name="comment-history"),
    path("comments/<int:comment_id>/edit", comments.edit, name="edit-comment"),
    path("comments/<int:comment_id>/remove", comments.remove, name="remove-comment"),
    path("comments/<int:comment_id>/take-away", comments.take_away, name="take-away-comment"),
    path("comments/<int:comment_id>/put-back", comments.put_back, name="put-back-comment"),
    path("comments/<int:comment_id>/react", comments.react, name="react-to-comment"),
    path("comments/<int:comment_id>/report", comments.report, name="report-comment"),
    path("comments/<int:comment_id>/hide", comments.hide, name="hide-comment"),
    path("comments/<int:comment_id>/show", comments.show, name="show-comment"),
    path("moderation", moderation.queue, name="moderation"),
    path("moderation/log", moderation.log, name="moderation-log"),
    path("moderation/votes", moderation.decide_votes, name="moderate-votes"),
    path("moderation/comments/<int:comment_id>", moderation.decide_comment, name="moderate-comment"),
    path("moderation/people/<slug:handle>", moderation.person, name="moderate-person"),
    path(
        "moderation/collections/<int:number>",
        moderation_collections.collection,
        name="moderate-collection",
    ),
    path("moderation/merge", moderation_papers.merge, name="moderate-merge"),
    path("moderation/papers/<int:paper_id>", moderation_papers.paper, name="moderate-paper"),
    path("claims/on/<int:paper_id>", claims.claim, name="claim"),
    path("claims/on/<int:paper_id>/give-back", claims.give_back, name="give-back-claim"),
    path("claims/on/<int:paper_id>/appeal", claims.appeal, name="appeal-claim"),
    path("corrections/on/<int:paper_id>", corrections.page, name="corrections"),
    path("corrections/<int:amendment_id>/undo", corrections.undo, name="undo-correction"),
    path("moderation/claims/<int:claim_id>", claims.decide, name="decide-claim"),
    path("saved", saved.saved, name="saved"),
    path("saved.<slug:kind>", library.export_saved, name="export-saved"),
    path("saved/read", saved.read, name="read"),
    path("saved/read/choose", saved.choose, name="choose-read"),
    path("saved/<int:paper_id>", saved.change, name="keep"),
    path("saved/<int:paper_id>/read", saved.mark, name="mark-read"),
    path("saved/<int:paper_id>/collections", saved.into_collections, name="into-collections"),
    re_path(
        r"^collections/(?P<number>\d{1,15})(?:-(?P<words>[\w-]*))?$", collections.page, name="collection"
    ),
    re_path(
        r"^collections/(?P<number>\d{1,15})(?:-(?P<words>[\w-]*))?\.(?P<kind>bib|ris|json|rdf)$",
        library.export,
        name="export-collection",
    ),
    path("collections/<int:number>/bring", library.bring, name="bring-library"),
    path("collections/<int:number>/change", collections.change, name="change-collection"),
    path("collections/<int:number>/delete", collections.delete, name="delete-collection"),
    path("collections/<int:number>/papers/<int:paper_id>", collections.place, name="collected"),
    path("collections/<int:number>/papers/<int:paper_id>/move", collections.step, name="move-collected"),
    path(
        "collections/<int:number>/papers/<int:paper_id>/remove", collections.take_out, name="remove-collected"
    ),
    path("people/<slug:handle>/collections", collections.of, name="collections"),
    path("following", following.page, name="following"),
    path("following/stop", following.stop, name="unfollow"),
    path("following/<slug:kind>", following.follow, name="follow"),
    path("organizations", groups.organizations, name="organizations"),
    path("organizations/new", groups.make, {"base": "organizations"}, name="make-organization"),
    path("groups", groups.mine, name="groups"),
    path("groups/invite-again/<int:group_id>", groups.let_invite_again, name="let-invite-again"),
    path("groups/new", groups.make, {"base": "groups"}, name="make-group"),
    *(
        path(f"{base}/<slug:slug>{ending}", page, {"base": base})
        for base in groups.KINDS
        for ending, page in (
            ("", groups.page),
            ("/people", groups.people),
            ("/papers", groups.papers),
            ("/lists", group_lists.page),
            ("/change", groups.change),
            ("/delete", groups.delete),
        )
    ),
    path("groups/<slug:slug>/papers/<int:paper_id>", group_paper.page, name="group-paper"),
    path("notifications", notifications.page, name="notifications"),
    path("notifications/read", notifications.read_all, name="notifications-read"),
    path("notifications/<int:notification_id>", notifications.follow, name="follow-notification"),
    path("notifications/off/<str:token>", notifications.off, name="notifications-off"),
    path("settings/notifications", notifications.choose, name="notification-settings"),
    path("subscribe", subscribe.page, name="subscribe"),
    path("subscribe/confirm/<str:token>", subscribe.confirm, name="confirm-subscription"),
    path("subscription/<str:token>", subscribe.change, name="subscription"),
    path("subscription/<str:token>/end", subscribe.end, name="end-subscription"),
    path(
        "subscription/<str:token>/useful/<int:paper_id>",
        subscribe.opinion,
        {"useful": True},
        name="useful",
    ),
    path(
        "subscription/<str:token>/not-for-me/<int:paper_id>",
        subscribe.opinion,
        {"useful": False},
        name="not-for-me",
    ),
    path("settings/digests", subscribe.own, name="own-subscriptions"),
    path("thumbnails/<int:paper_id>.webp", pictures.thumbnail, name="thumbnail"),
    path("status/coverage", status.coverage, name="coverage"),
    path("status/health", status.health, name="health"),
    path("about", about.about, name="about"),
    path("accounts/", include("allauth.urls")),
    path("settings", account.settings_page, name="settings"),
    path("settings/invitations", account.invitations, name="invitations"),
    path(
        "settings/invitations/<int:number>/withdraw", account.withdraw_invitation, name="withdraw-invitation"
    ),
    path("settings/feed", feed_address.page, name="feed-address"),
    path("settings/tokens", tokens.page, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke", tokens.revoke, name="revoke-token"),
    path("settings/standing", account.standing, name="standing"),
    path("settings/export", account.export, name="export"),
    path("settings/leave", account.leave_page, name="leave"),
    path("reports/papers/<int:paper_id>", reports.paper, name="report-paper"),
    path("reports/people/<slug:handle>", reports.person, name="report-person"),
    path("reports/collections/<int:number>", reports.collection, name="report-collection"),
    path("people/<slug:handle>/comments", people.comments, name="person-comments"),
    path("people/<slug:handle>.svg", people.picture, name="avatar"),
    path("people/<slug:handle>", people.profile, name="person"),
    path("invitations/<str:token>", invitations.follow, name="invitation"),
    path("admin/", admin.site.urls),
    path("robots.txt", about.robots, name="robots"),
    path("favicon.ico", pictures.favicon, name="favicon"),
]

handler400 = "dailypapers.web.pages.errors.bad_request"
handler404 = "dailypapers.web.pages.errors.not_found"
handler429 = "dailypapers.web.pages.errors.too_often"  # allauth's, for its own limits
handler500 = "dailypapers.web.pages.errors.server_error"
