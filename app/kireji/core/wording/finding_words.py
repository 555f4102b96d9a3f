"""What kinds of findings there are, in a few words, the same on every page."""

from kireji.core.findings.finding import Category, Confidence, Severity, Verification

SEVERITY_MARKS = {Severity.CRITICAL: "🔴", Severity.HIGH: "🟠", Severity.MEDIUM: "🟡", Severity.LOW: "⚪"}

CATEGORY_NAMES = {
    Category.CORRECTNESS: "correctness",
    Category.SECURITY: "security",
    Category.CONCURRENCY: "concurrency",
    Category.RESOURCES: "resources",
    Category.ERRORS: "error handling",
    Category.CONTRACT: "API contract",
    Category.DATA_LOSS: "data loss",
    Category.PERFORMANCE: "performance",
    Category.TESTS: "tests",
}

CONFIDENCE_NAMES = {
    Confidence.HIGH: "high confidence",
    Confidence.MEDIUM: "medium confidence",
    Confidence.LOW: "low confidence",
}

CHECKED: dict[Verification | None, str] = {
    Verification.CONFIRMED: "verified",
    Verification.UNSURE: "could not be confirmed",
    Verification.UNVERIFIED: "not verified",
}
