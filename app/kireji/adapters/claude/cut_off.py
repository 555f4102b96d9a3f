"""What a request that is cut off has cost by then: counted as far as Claude has told it, estimated beyond that.

Claude counts the input in the first event and the output in the last. Who leaves in between is billed for what was
written until then, and nobody tells how much that was.
"""

import math

from kireji.adapters.claude.stream import StreamedAnswer
from kireji.core.models.catalogue import ModelSpec, Usage
from kireji.core.prompts.prompt import Prompt


def usage_so_far(streamed: StreamedAnswer, prompt: Prompt, spec: ModelSpec, *, opening: bool, cached: bool) -> Usage:
    """Tokens until now. `opening`: the request was to write the prompt's prefix to the cache; `cached`: to read it."""

    def tokens(*texts: str) -> int:
        return math.ceil(sum(map(len, texts)) / spec.chars_per_token)

    output = max(streamed.usage.output_tokens, tokens(streamed.text))
    if streamed.started:
        known = streamed.usage
        return Usage(known.input_tokens, output, known.cache_write_tokens, known.cache_read_tokens)

    prefix = tokens(prompt.rules, prompt.brief)
    question = tokens(prompt.question)
    if opening:
        return Usage(question, output, prefix, 0)
    return Usage(question, output, 0, prefix) if cached else Usage(prefix + question, output, 0, 0)
