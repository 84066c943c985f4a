"""As much of Ray as its engine asks for, in this process."""

from collections import Counter
from itertools import count
from types import ModuleType, SimpleNamespace


class RayActorError(Exception):
    """What Ray raises for an actor that is gone."""


class MadeRay(ModuleType):
    """As much of Ray as the engine asks for, in this process.

    Args:
        lost: The calls, counted over all actors, in which the actor is lost: before it has done
            anything, or after its shard where the number is negative.
    """

    exceptions = SimpleNamespace(RayActorError=RayActorError)

    def __init__(self, lost=()):
        super().__init__("ray")
        self.lost, self.calls, self.told = lost, count(1), Counter()

    def is_initialized(self):
        return False

    def init(self, **_):
        self.told["init"] += 1

    def shutdown(self):
        self.told["shutdown"] += 1

    def put(self, thing):
        return thing

    def remote(self, **_):
        return lambda kind: SimpleNamespace(remote=lambda *given: self._actor(kind(*given)))

    def _actor(self, actor):
        self.told["actors"] += 1

        def call(name):
            return SimpleNamespace(remote=lambda *given: Reference(getattr(actor, name), given))

        return SimpleNamespace(make=call("make"), ready=call("ready"))

    def wait(self, references, *, num_returns):
        return references[:num_returns], references[num_returns:]

    def get(self, reference):
        if reference.given:
            number = next(self.calls)
            if number in self.lost:
                raise RayActorError
            if -number in self.lost:
                reference.method(*reference.given)
                raise RayActorError
        return reference.method(*reference.given)


class Reference:
    """What is on its way; each is another one."""

    def __init__(self, method, given):
        self.method, self.given = method, given
