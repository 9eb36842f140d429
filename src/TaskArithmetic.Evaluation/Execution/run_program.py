# Runs one program and says on standard output whether it came to its end.
#
# Standard input carries a random token and then the program; the token is written back only when executing the program
# has returned. An exit status would prove nothing, since os._exit(0) sets it too. The program shares this process, so
# the token must be out of the reach of Python code while the program runs:
#  - no name, argument or local variable of a living frame holds it: it sits inside a partial object inside a map that
#    is being consumed by C code, and frames do not show what lies on their evaluation stack;
#  - nothing written in Python runs after the program: `deque(map(...))` calls the program, the writing and the exit
#    one after the other from C, so there is no frame to trace, to jump in or to patch. An exception skips the rest;
#  - all of standard input is read and then replaced before the program starts, and neither the command line nor the
#    environment carries the token;
#  - an audit hook, which cannot be removed, forbids what could read arbitrary objects or memory: gc's listings,
#    ctypes, CPython's test modules, sub-interpreters (which hooks do not reach), code that no compiler made, tracing
#    (which can jump over statements) and foreign extension modules. It uses default arguments and operators only, so
#    it looks up no name that the program could replace. Another process could read this one's memory through /proc or
#    ptrace, but the sandbox has neither, nor a way to start a process.
# What remains is what no runner in the same process can rule out: a program that makes its own tests return, with
# objects equal to everything for instance, or that uses a fault of the interpreter. What a model wrote is therefore
# judged by two processes, peer.py; this runner is for programs whose author is also their judge.
import os
import sys
from _collections import deque
from functools import partial


def arm_hook():
    forbidden = frozenset((
        "gc.get_objects", "gc.get_referrers", "gc.get_referents", "cpython.remote_debugger_script", "sys.remote_exec",
        "code.__new__", "marshal.loads", "marshal.load", "sys.settrace", "sys.setprofile",
        "sys.monitoring.register_callback", "cpython.PyInterpreterState_New"))
    modules = frozenset((
        "_ctypes", "ctypes", "_ctypes_test", "_testcapi", "_testinternalcapi", "_testlimitedcapi", "_testbuffer",
        "_testclinic", "_testmultiphase", "_testsinglephase", "_testimportmultiple", "_xxtestfuzz",
        "_remote_debugging", "_xxsubinterpreters", "_interpreters", "_xxinterpchannels", "_interpchannels",
        "_xxinterpqueues", "_interpqueues", "interpreters", "marshal"))
    # A subclass of str could lie about its hash, so only str itself is let through. Extension modules come straight
    # from the folder that holds the interpreter's own.
    extensions = next((folder + "/" for folder in sys.path if folder.endswith("lib-dynload")), "/")

    def hook(event, arguments, forbidden=forbidden, modules=modules, extensions=extensions, length=len(extensions),
             exact=type, text=str, error=RuntimeError):
        if event in forbidden or (event == "object.__setattr__" and arguments[1] == "__code__"):
            raise error("the program runner forbids " + event)
        if event == "import":
            name = arguments[0]
            path = arguments[1]
            if exact(name) is not text or name in modules:
                raise error("the program runner forbids this import")
            if path is not None and (
                    exact(path) is not text or path[:length] != extensions or "/" in path[length:]):
                raise error("the program runner forbids extension modules outside the standard library")

    sys.addaudithook(hook)


def import_from_source():
    """Modules come from their source: a .pyc file can hold code that no compiler makes, and that reads any memory."""
    from importlib import machinery

    class SourceLoader(machinery.SourceFileLoader):
        def get_code(self, fullname):
            path = self.get_filename(fullname)
            return self.source_to_code(self.get_data(path), path)

    hook = machinery.FileFinder.path_hook(
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES), (SourceLoader, machinery.SOURCE_SUFFIXES))
    sys.path_hooks[1:] = [hook]
    sys.path_importer_cache.clear()


def steps():
    with open(0, "rb", buffering=0, closefd=False) as stream:
        received = stream.readall()
    proof = os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    program = compile(received[64:], "program.py", "exec")
    # An empty namespace: __name__ is then "builtins", so a main guard does not run, as in the reference's code_eval.
    return (
        partial(exec, program, {}),
        partial(os.write, proof, received[:64]),
        partial(os._exit, 0))


try:
    os.setsid()
except (AttributeError, OSError):
    pass  # Already the leader of its session, as the sandbox made it, or a system without sessions.
import_from_source()
arm_hook()
deque(map(partial.__call__, steps()), maxlen=0)
