"""What a call leaves in the log: figures, and what the service said of a request that it refused; never text of either side."""

import logging
from collections import deque

from kireji.core.models.answer import Answer, Unanswered
from kireji.core.models.catalogue import ModelSpec, Usage, cache_is_dead
from kireji.core.prompts.prompt import Prompt, prefix_tokens

logger = logging.getLogger("kireji.claude")


class Reporter:
    """Logs one line a call, and warns once when the cache is not used though it could be."""

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        self._recent: deque[Usage] = deque(maxlen=2)
        self._warned = False

    def report(self, answer: Answer | Unanswered, prompt: Prompt, request_id: str | None, said: str = "") -> None:
        """Log a finished call. `request_id` is the last try's, as Anthropic's support asks for it.

        `said` is what the service said of a try that it refused, as far as it may be shown.
        """
        usage = answer.usage
        if isinstance(answer, Answer):
            level = logging.INFO
            end = answer.stop.value
        else:
            level = logging.WARNING
            end = f"unanswered: {answer.reason}"

        logger.log(
            level,
            "model=%s input=%d output=%d cache_write=%d cache_read=%d seconds=%.1f attempts=%d request=%s %s%s",
            self._spec.name,
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_write_tokens,
            usage.cache_read_tokens,
            answer.seconds,
            answer.attempts,
            request_id or "-",
            end,
            f" (the service said: {said})" if said else "",
        )

        self._watch_cache(usage, prefix_tokens(prompt.rules, prompt.brief))

    def _watch_cache(self, usage: Usage, prefix_tokens: int) -> None:
        if prefix_tokens < self._spec.cache_minimum:
            return

        self._recent.append(usage)
        dead = cache_is_dead(self._recent, prefix_tokens, self._spec)
        if dead and not self._warned:
            logger.warning(
                "two calls in a row neither wrote nor read the prompt cache, though the prefix has about %d tokens and "
                "%s caches from %d: the calls cost more than they should",
                prefix_tokens,
                self._spec.name,
                self._spec.cache_minimum,
            )

        self._warned = dead
