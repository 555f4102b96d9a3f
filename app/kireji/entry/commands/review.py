"""`kireji review`: a change read here and now, and shown in the terminal or as a file. Its work is in `review_run`."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import json
import sys

import click

from kireji.core.formats.names import FormatName
from kireji.entry.commands.options import ReviewOptions

ESTIMATED = (FormatName.TERMINAL, FormatName.JSON)
# Those of `finding.Severity` and of the policy's `conclusion.fail_on`, which take long to import; a test compares them.
SEVERITIES = ("critical", "high", "medium", "low")


@click.command()
@click.argument("change", required=False, default="")
@click.option("--staged", is_flag=True, help="Review what is staged: what the next commit would change.")
@click.option(
    "--format",
    "form",
    type=click.Choice([name.value for name in FormatName]),
    default="terminal",
    show_default=True,
    help="How to show it.",
)
@click.option("-o", "--output", metavar="FILE", help="Write it to a file instead of standard output.")
@click.option(
    "--fail-on", type=click.Choice((*SEVERITIES, "never")), help="Exit with 1 if a finding is at or above this."
)
@click.option("--min-severity", type=click.Choice(SEVERITIES), help="Leave out findings below this.")
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATTERN",
    help="Review only files that match this, as in .gitignore; may be repeated.",
)
@click.option("--policy", "policy_file", metavar="FILE", help="Use this policy instead of the repository's.")
@click.option(
    "--model", default="", help="The model that reviews, instead of KIREJI_MODEL; deploy/settings.md lists them."
)
@click.option("--post", is_flag=True, help="Publish the review; for OWNER/REPO#NUMBER only.")
@click.option(
    "--estimate", is_flag=True, help="Show what it would take and cost, in text or JSON, without calling a model."
)
@click.option("--explain-skips", is_flag=True, help="Name every file that was skipped, and why.")
@click.option("--verbose", is_flag=True, help="Show the log on standard error, as KIREJI_LOG_LEVEL wants it.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of --format json, and do nothing else.")
@click.pass_context
def review(context: click.Context, *, schema: bool, **_: object) -> None:
    """Review a CHANGE on this machine, or a pull request without posting anything.

    \b
    CHANGE is one of
      (nothing)           this branch, since it branched off the default branch
      BRANCH...           this branch, since it branched off BRANCH
      A...B  or  A..B     commits: from A's merge base with B, or from A itself
      -                   a patch on standard input: git diff | kireji review -
      OWNER/REPO#NUMBER   a pull request on GitHub; needs GITHUB_TOKEN

    It needs ANTHROPIC_API_KEY or a sign-in without it, except for --estimate, and no GitHub App. What guides a review
    (.github/kireji.yml, REVIEW.md, .gitattributes) is read from the side that the change is compared with, as on GitHub.

    \b
    Exit status:
      0   reviewed, or estimated, and no finding is at or above --fail-on, or the policy's conclusion.fail_on
      1   at least one finding is at or above it
      2   nothing was done, or nothing posted: an option, a setting, a permission, the branch or the patch is wrong
      3   not reviewed, or not all of it
      130 stopped by Ctrl-C
    """
    if schema:
        from kireji.core.formats.json import schema as json_schema

        click.echo(json.dumps(json_schema(), indent=2))
        return

    options = ReviewOptions.from_click(context.params)
    _refuse_contradictions(options)

    from kireji.entry.commands import review_run

    sys.exit(review_run.run(options))


def _refuse_contradictions(options: ReviewOptions) -> None:
    """Raise UsageError for options that exclude each other."""
    if options.staged and options.change:
        raise click.UsageError("--staged takes no CHANGE.")
    if options.estimate and (options.post or options.form not in ESTIMATED):
        raise click.UsageError("--estimate posts nothing, and is shown with --format terminal or json.")
    if options.estimate and options.explain_skips:
        raise click.UsageError("--estimate only counts the skipped files: leave out --explain-skips.")
