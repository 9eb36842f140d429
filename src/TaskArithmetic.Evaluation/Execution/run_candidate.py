# Runs a candidate, then answers calls of its functions until the tests are over.
def main():
    own_session()
    source, sink = open_pipes()
    program = compile(read_part(source), "candidate.py", "exec")
    # An empty namespace: __name__ is then "builtins", so a main guard does not run, as in the reference's code_eval.
    names = {}
    exec(program, names)

    def find_global(name):
        value = names[name]
        if type(value) is type(sys):
            return ["module", value.__name__]
        return peer.encode(value)

    peer = Peer(source, sink, find_global, lambda target, name: True)
    try:
        peer.serve()
    except Lost:
        os._exit(0)


main()
