# Runs tests whose candidate lives in another process, and says on standard output whether they came to their end.
#
# Standard input carries a random token and the tests, then the other process's answers; the token is written back
# only when executing the tests has returned. Nothing that the candidate wrote runs here.
LOST = 97


class Names(dict):
    """The tests' names: their own and Python's first, then what the candidate defines."""

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        return self.ask_candidate(name)


def main():
    own_session()
    source, sink = open_pipes()
    token = read_part(source)
    program = compile(read_part(source), "tests.py", "exec")

    def nothing(name):
        raise KeyError(name)

    # From the tests' own objects the candidate could reach frames and with them everything. It sees the public
    # attributes of what the tests' own classes made, and may call what it was given.
    def may_reach(target, name):
        return not name.startswith("_") and type(target) in [value for value in names.values() if type(value) is type]

    peer = Peer(source, sink, nothing, may_reach)
    decode = peer.decode

    def decode_global(data):
        if data[0] == "module":
            import importlib
            name = str(data[1])
            if name.partition(".")[0] not in getattr(sys, "stdlib_module_names", (name.partition(".")[0],)):
                raise ImportError("the tests use the candidate's module " + name)
            return importlib.import_module(name)
        return decode(data)

    def ask_candidate(name):
        peer.decode = decode_global
        try:
            return peer.ask("global", name)
        finally:
            peer.decode = decode

    names = Names()
    names.ask_candidate = ask_candidate
    try:
        exec(program, names)
    except Lost:
        sys.stderr.flush()
        os._exit(LOST)
    os.write(sink.fileno(), token)
    os._exit(0)


main()
