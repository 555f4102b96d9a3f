"""`kireji review`: a change read here and now, and shown in the terminal or as a file. Its work is in `reviewing`."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import json
import sys
from pathlib import Path

import click

# Those of `formats.table.FORMATS`, of `finding.Severity` and of the policy's `conclusion.fail_on`, which take long to import.
FORMATS = ("terminal", "markdown", "json", "sarif", "github")
ESTIMATED = ("terminal", "json")
SEVERITIES = ("critical", "high", "medium", "low")


@click.command()
@click.argument("change", required=False, default="")
@click.option("--staged", is_flag=True, help="Review what is staged: what the next commit would change.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="How to show it."
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
def review(
    *,
    change: str,
    form: str,
    output: str | None,
    fail_on: str | None,
    min_severity: str | None,
    paths: tuple[str, ...],
    policy_file: str | None,
    model: str,
    staged: bool,
    post: bool,
    estimate: bool,
    explain_skips: bool,
    verbose: bool,
    schema: bool,
) -> None:
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
    if staged and change:
        raise click.UsageError("--staged takes no CHANGE.")
    if estimate and (post or form not in ESTIMATED):
        raise click.UsageError("--estimate posts nothing, and is shown with --format terminal or json.")

    if estimate and explain_skips:
        raise click.UsageError("--estimate only counts the skipped files: leave out --explain-skips.")

    from kireji.entry.commands import review_run

    wanted = review_run.Wanted(
        change=change,
        staged=staged,
        form=form,
        output=Path(output) if output else None,
        fail_on=fail_on,
        min_severity=min_severity,
        paths=paths,
        policy_file=Path(policy_file) if policy_file else None,
        model=model,
        post=post,
        explain_skips=explain_skips,
        verbose=verbose,
        estimate=estimate,
    )
    sys.exit(review_run.run(wanted))
