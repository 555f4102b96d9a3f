"""What is to be reviewed of a repository on this machine: a range of commits, or what is staged."""

from app.adapters.git.git import Git
from app.core.change import Change
from app.errors import UserError

STAGED = "staged"
MOST_COMMITS = 50


def of_range(git: Git, spec: str = "") -> Change:
    """Commits: "A..B", "A...B" (from their merge base), "A" or "" (from that with A, or the default branch, to HEAD)."""
    base_name, dots, head_name = _parts(spec or f"{_default_branch(git)}...")
    base, head = git.commit(base_name), git.commit(head_name)
    if dots == "...":
        base = git.merge_base(base, head, (base_name, head_name))
    subjects = git.ask("log", f"--max-count={MOST_COMMITS}", "--format=%s", f"{base}..{head}").split("\n")
    return Change(
        name=f"{base_name}{dots}{head_name}",
        title=subjects[0],
        body="\n".join(f"- {subject}" for subject in subjects[1:]),
        base=base_name,
        base_sha=base,
        head=git.ask("rev-parse", "--abbrev-ref", head_name) or head_name,
        head_sha=head,
        text=git.diff(base, head),
        base_texts=lambda paths: git.texts(base, paths),
        head_texts=lambda paths: git.texts(head, paths),
        search=lambda names: git.search(head, names),
    )


def of_staged(git: Git) -> Change:
    """What the next commit would change."""
    begun = git.ask("rev-parse", "--verify", "--quiet", "HEAD")
    base = git.commit("HEAD") if begun else git.empty_tree()
    return Change(
        name="the staged changes",
        title="Staged changes",
        body="",
        base="HEAD",
        base_sha=base,
        head=STAGED,
        head_sha=STAGED,
        text=git.diff("--cached", base),
        base_texts=lambda paths: git.texts(base, paths),
        head_texts=lambda paths: git.texts("", paths),
        search=lambda names: git.search("", names),
    )


def _parts(spec: str) -> tuple[str, str, str]:
    """Base, dots, head."""
    for dots in ("...", ".."):
        base, found, head = spec.partition(dots)
        if found:
            return base or "HEAD", dots, head or "HEAD"
    return spec, "...", "HEAD"


def _default_branch(git: Git) -> str:
    """The branch that the others come from, as far as this repository knows."""
    if remote := git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"):
        return remote
    for name in ("origin/main", "origin/master", "main", "master"):
        if git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
            return name
    git.commit("HEAD")  # of a branch without commits nothing else is worth telling
    raise UserError(
        "It is not known which branch this one comes from",
        "Name it: kireji review BRANCH..., or kireji review A..B. "
        "If it was not fetched: git remote set-branches --add origin BRANCH && git fetch origin",
    )
