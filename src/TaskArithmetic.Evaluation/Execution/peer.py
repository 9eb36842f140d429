# What the two processes of a judged program share: values as plain data, and calls over a pair of pipes.
#
# The candidate's functions live in one process and the tests in another that never runs the candidate's code. A call
# goes over as a line of JSON and its result comes back as one, so what a candidate hands over is data: it can be wrong,
# but it cannot skip an assertion, equal everything or reach the proof.
import builtins
import json
import os
import sys


class Lost(BaseException):
    """The other process ended."""


class Opaque:
    """An object of the other process that is no plain data. It equals only itself."""

    def __init__(self, peer, number):
        object.__setattr__(self, "_peer", peer)
        object.__setattr__(self, "_number", number)

    def __call__(self, *arguments, **named):
        return self._peer.call(self._number, arguments, named)

    def __getattr__(self, name):
        return self._peer.ask("attribute", self._number, name)

    def __setattr__(self, name, value):
        self._peer.ask("assign", self._number, name, self._peer.encode(value))

    def __getitem__(self, index):
        return self._peer.ask("item", self._number, self._peer.encode(index))

    def __len__(self):
        return self._peer.ask("length", self._number)

    def __bool__(self):
        return self._peer.ask("truth", self._number) is True

    def __iter__(self):
        return self._peer.ask("iterator", self._number)

    def __next__(self):
        return self._peer.ask("next", self._number)

    def __repr__(self):
        return "<object %d of the other process>" % self._number


class Peer:
    def __init__(self, source, sink, find_global, may_reach):
        self.source = source
        self.sink = sink
        self.find_global = find_global
        self.may_reach = may_reach
        self.objects = []
        self.numbers = {}

    # Plain data as JSON: a letter and what follows. Subclasses go over as what they derive from.
    def encode(self, value):
        kind = type(value)
        if value is None:
            return ["n"]
        if value is Ellipsis:
            return ["e"]
        if kind is Opaque:
            return ["theirs", value._number]
        if issubclass(kind, bool):
            return ["b", bool(value)]
        if issubclass(kind, int):
            return ["i", int.__format__(value, "x")]
        if issubclass(kind, float):
            return ["f", float.hex(value)]
        if issubclass(kind, complex):
            return ["c", float.hex(value.real), float.hex(value.imag)]
        if issubclass(kind, str):
            return ["s", str.__str__(value)]
        if issubclass(kind, bytes):
            return ["y", bytes.hex(value)]
        if issubclass(kind, bytearray):
            return ["Y", bytearray.hex(value)]
        if issubclass(kind, range):
            return ["r", value.start, value.stop, value.step]
        if issubclass(kind, list):
            return ["l", [self.encode(item) for item in list.__iter__(value)]]
        if issubclass(kind, tuple):
            return ["t", [self.encode(item) for item in tuple.__iter__(value)]]
        if issubclass(kind, dict):
            return ["d", [[self.encode(key), self.encode(item)] for key, item in dict.items(value)]]
        if issubclass(kind, (set, frozenset)):
            return ["S" if issubclass(kind, set) else "F", [self.encode(item) for item in kind.__iter__(value)]]
        name = kind.__module__ + "." + kind.__qualname__
        if name == "fractions.Fraction":
            return ["q", int.__format__(value.numerator, "x"), int.__format__(value.denominator, "x")]
        if name == "decimal.Decimal":
            return ["D", str(value)]
        return ["mine", self.number(value)]

    def number(self, value):
        known = self.numbers.get(id(value))
        if known is None:
            known = self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return known

    def decode(self, data):
        kind = data[0]
        if kind == "n":
            return None
        if kind == "e":
            return Ellipsis
        if kind == "mine":
            return Opaque(self, int(data[1]))
        if kind == "theirs":
            return self.objects[int(data[1])]
        if kind == "b":
            return data[1] is True
        if kind == "i":
            return int(data[1], 16)
        if kind == "f":
            return float.fromhex(data[1])
        if kind == "c":
            return complex(float.fromhex(data[1]), float.fromhex(data[2]))
        if kind == "s":
            return str(data[1])
        if kind == "y":
            return bytes.fromhex(data[1])
        if kind == "Y":
            return bytearray.fromhex(data[1])
        if kind == "r":
            return range(int(data[1]), int(data[2]), int(data[3]))
        if kind == "l":
            return [self.decode(item) for item in data[1]]
        if kind == "t":
            return tuple([self.decode(item) for item in data[1]])
        if kind == "d":
            return {self.decode(key): self.decode(item) for key, item in data[1]}
        if kind == "S":
            return {self.decode(item) for item in data[1]}
        if kind == "F":
            return frozenset([self.decode(item) for item in data[1]])
        if kind == "q":
            from fractions import Fraction
            return Fraction(int(data[1], 16), int(data[2], 16))
        if kind == "D":
            from decimal import Decimal
            return Decimal(data[1])
        raise TypeError("no value of a known kind")

    def call(self, number, arguments, named):
        return self.ask(
            "call", number, [self.encode(a) for a in arguments], [[n, self.encode(a)] for n, a in named.items()], changed=arguments)

    def ask(self, *request, changed=()):
        self.send(["ask", list(request)])
        while True:
            message = self.receive()
            if message[0] == "ask":
                self.send(self.answer(message[1]))
            elif message[0] == "raise":
                raise self.exception(message[1], message[2])
            elif message[0] == "give":
                # What the callee did to its arguments in place.
                for argument, after in zip(changed, message[2]):
                    if after is not None:
                        replace(argument, self.decode(after))
                return self.decode(message[1])
            else:
                raise TypeError("no message of a known kind")

    def serve(self):
        while True:
            message = self.receive()
            self.send(self.answer(message[1]))

    def answer(self, request):
        try:
            operation, rest = request[0], request[1:]
            if operation == "global":
                return ["give", self.find_global(str(rest[0])), []]
            target = self.objects[int(rest[0])]
            after = []
            if operation == "call":
                arguments = [self.decode(a) for a in rest[1]]
                before = [json.dumps(a) if a[0] in "lYdS" else None for a in rest[1]]
                value = target(*arguments, **{str(n): self.decode(a) for n, a in rest[2]})
                after = [self.change(a, b) for a, b in zip(arguments, before)]
            elif operation in ("attribute", "assign") and not self.may_reach(target, str(rest[1])):
                raise AttributeError(str(rest[1]))
            elif operation == "attribute":
                value = getattr(target, str(rest[1]))
            elif operation == "assign":
                value = setattr(target, str(rest[1]), self.decode(rest[2]))
            elif operation == "item":
                value = target[self.decode(rest[1])]
            elif operation == "length":
                value = len(target)
            elif operation == "truth":
                value = bool(target)
            elif operation == "iterator":
                value = iter(target)
            elif operation == "next":
                value = next(target)
            else:
                raise TypeError("no request of a known kind")
            return ["give", self.encode(value), after]
        except Lost:
            raise
        except BaseException as error:
            names = [base.__name__ for base in type(error).__mro__]
            try:
                text = [self.encode(a) for a in error.args]
            except BaseException:
                text = []
            return ["raise", names, text]

    def change(self, argument, before):
        if before is None:
            return None
        after = self.encode(argument)
        return None if json.dumps(after) == before else after

    def exception(self, names, arguments):
        names = [str(name) for name in names]
        base = next(
            (found for found in (getattr(builtins, name, None) for name in names)
             if isinstance(found, type) and issubclass(found, BaseException)), Exception)
        if names and base.__name__ != names[0]:
            base = type(names[0], (base,), {"__module__": "builtins"})
        try:
            return base(*[self.decode(a) for a in arguments])
        except TypeError:
            return base()

    def send(self, message):
        try:
            self.sink.write(json.dumps(message).encode() + b"\n")
            self.sink.flush()
        except (BrokenPipeError, ValueError):
            raise Lost() from None

    def receive(self):
        line = self.source.readline()
        if not line.endswith(b"\n"):
            raise Lost()
        message = json.loads(line)
        if type(message) is not list or not message:
            raise TypeError("no message")
        return message


def replace(argument, after):
    if type(argument) is not type(after):
        return
    if type(argument) in (list, bytearray):
        argument[:] = after
    elif type(argument) in (dict, set):
        argument.clear()
        argument.update(after)


def open_pipes():
    """Takes the pipes out of the way of print and input: what is printed goes to standard error."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return source, sink


def read_part(source):
    return source.read(int(source.readline()))


def own_session():
    try:
        os.setsid()
    except (AttributeError, OSError):
        pass  # Already the leader of its session, as the sandbox made it, or a system without sessions.
