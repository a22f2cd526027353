"""A property that is worked out once for each object, without a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class kept_property(Generic[T]):  # noqa: N801 - it is used as `property` is
    """`functools.cached_property` as it is from Python 3.12 on: before, all objects of a class wait while the value of one is made
    (https://docs.python.org/3.12/library/functools.html#functools.cached_property). For objects that one thread has.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = ""
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> kept_property[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> T | kept_property[T]:
        if instance is None:
            return self
        made = instance.__dict__[self._name] = self._make(instance)
        return made
