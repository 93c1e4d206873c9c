"""Buckets of permits in Redis: `services.rate_limits.RateLimits`.

The numbers are those of `services.rate_limits`; the clock is the caller's, and Redis's own
is used only to forget.
"""

from dataclasses import astuple
from datetime import timedelta

from services.clock import Clock, to_micros
from services.rate_limits import HOLD_MAX, SKEW_MAX, Asked, Rate
from storage.redis.line import RedisLine

PREFIX = "purser:limit:"
_TAKE = """
    local at, every, latest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local sane, held_until_max = tonumber(ARGV[4]), tonumber(ARGV[5])
    local full_at = tonumber(redis.call('GET', KEYS[1]) or 0)
    if full_at < 0 and -full_at > at and -full_at <= held_until_max then
        return string.format('%.0f', -full_at - at)
    elseif full_at > latest and full_at <= sane then
        return string.format('%.0f', full_at - latest)
    end
    if full_at <= at or full_at > sane then full_at = at end
    redis.call('SET', KEYS[1], string.format('%.0f', full_at + every), 'PX', ARGV[6])
    return '0'
"""
"""`Asked.wait` and `Asked.taken`; microseconds are exact in Lua's numbers up to 2**53."""

_HOLD = """
    if tonumber(redis.call('GET', KEYS[1]) or 0) > tonumber(ARGV[1]) then
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    end
"""
_MILLISECOND = timedelta(milliseconds=1)


class RedisRateLimits:
    """Shared by all the processes of one Redis."""

    def __init__(self, *, line: RedisLine, now: Clock) -> None:
        self._line = line
        self._now = now
        self._take = line.client.register_script(_TAKE)
        self._hold = line.client.register_script(_HOLD)

    async def take(self, name: str, rate: Rate) -> timedelta:
        asked = Asked.of(rate, self._now())
        lives = (rate.burst * rate.every + SKEW_MAX) // _MILLISECOND
        wait = await self._line.run(
            lambda _: self._take(keys=[PREFIX + name], args=[*astuple(asked), lives])
        )
        return timedelta(microseconds=int(wait))

    async def hold(self, name: str, span: timedelta) -> None:
        span = min(span, HOLD_MAX)
        number = -to_micros(self._now() + span)
        lives = (span + SKEW_MAX) // _MILLISECOND
        await self._line.run(lambda _: self._hold(keys=[PREFIX + name], args=[number, lives]))
