namespace TaskArithmetic.Evaluation.Tests.Execution;

/// <summary>Programs that try to harm the machine or to pass without running to their end.</summary>
internal static class HostilePrograms
{
    /// <summary>Things a sandbox must refuse: each program fails exactly because it is refused.</summary>
    public static IReadOnlyDictionary<string, string> Harmful { get; } = new Dictionary<string, string>
    {
        ["loopback connect"] = "import socket\nsocket.create_connection(('127.0.0.1', PORT), 2)",
        ["outside connect"] = "import socket\nsocket.create_connection(('192.0.2.1', 80), 2)",
        ["big list"] = "x = [0] * 10**10",
        ["write to /usr"] = "open('/usr/hostile', 'w')",
        ["write to /"] = "open('/hostile', 'w')",
        ["write to /dev/shm"] = "open('/dev/shm/hostile', 'w')",
        ["read /etc/passwd"] = "open('/etc/passwd').read()",
        ["list /home"] = "import os\nos.listdir('/home')",
        ["list /root"] = "import os\nos.listdir('/root')",
        ["read the environment of others"] = "open('/proc/1/environ').read()",
        ["big file"] = "f = open('/tmp/f', 'wb')\nwhile True: f.write(b'x' * 65536)",
        ["many files"] = "for i in range(1000): open('/tmp/f%d' % i, 'wb').write(b'x' * 1000000)",
        ["many open files"] = "x = [open('/dev/null') for i in range(1000)]",
        ["fork"] = "import os\nif os.fork() == 0:\n    os._exit(0)",
        ["fork bomb"] = "import os\nwhile True: os.fork()",
        ["subprocess"] = "import subprocess\nsubprocess.run(['/bin/true'])",
        ["low-level subprocess"] = "import os\nos.posix_spawn('/bin/true', ['true'], {})",
        ["thread bomb"] = "import threading, time\nfor i in range(100000): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
        ["daemon child"] = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(MARK)\n    os._exit(0)",
        ["kill parent"] = "import os\nos.kill(os.getppid(), 9)",
        ["kill everything"] = "import os\nos.kill(-1, 9)",
        ["kill the group"] = "import os\nos.killpg(os.getpgid(0), 9)",
        ["kill itself"] = "import os\nos.kill(os.getpid(), 9)",
        ["abort"] = "import os\nos.abort()",
        ["deep recursion"] = "f = lambda: f()\nf()",
        ["mount"] = "import os\nos.unshare(0x10000000)",
    };

    /// <summary>Endless ones: stopped by the clock.</summary>
    public static IReadOnlyDictionary<string, string> Endless { get; } = new Dictionary<string, string>
    {
        ["endless loop"] = "while True: pass",
        ["sleep"] = "import time\ntime.sleep(MARK)",
        ["loop that swallows everything"] = "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass",
        ["output flood"] = "while True: print('x' * 10000)",
        ["closes its streams"] = "import os, time\nfor i in range(64):\n    try: os.close(i)\n    except OSError: pass\ntime.sleep(MARK)",
    };

    /// <summary>Cheats: end early, or try to learn or forge the proof that the runner prints at the end.</summary>
    public static IReadOnlyDictionary<string, string> Cheating { get; } = new Dictionary<string, string>
    {
        ["os._exit"] = "import os\nos._exit(0)",
        ["SystemExit"] = "raise SystemExit(0)",
        ["sys.exit"] = "import sys\nsys.exit()",
        ["exit in a thread"] = "import os, threading, time\nthreading.Thread(target=lambda: os._exit(0)).start()\ntime.sleep(5)",
        ["sys.exit in a thread, then fail"] = "import sys, threading\nt = threading.Thread(target=lambda: sys.exit(0))\nt.start()\nt.join()\nassert False",
        ["exec another program"] = "import os\nos.execv('/bin/true', ['true'])",
        ["atexit"] = Forge + "import atexit\natexit.register(forge)\nassert False",
        ["reads standard input"] = "import sys, os\nsecret = sys.stdin.read() + os.read(0, 100).decode()\nos.write(1, secret.encode())\nfor fd in range(3, 20):\n    try: os.write(fd, secret.encode())\n    except OSError: pass\nos._exit(0)",
        ["frames"] = Forge + "forge()\nos._exit(0)",
        ["traceback frames"] = Forge + "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    f = e.__traceback__.tb_frame\n    while f:\n        search(vars_of(f))\n        f = f.f_back\nsend()\nos._exit(0)",
        ["garbage collector"] = "import gc\nprint([o for o in gc.get_objects()])",
        ["garbage collector, referents"] = "import gc, sys\nf = sys._getframe().f_back\nprint(gc.get_referents(f))",
        ["garbage collector, made anew"] = "import sys, importlib.util, _imp\nspec = importlib.util.find_spec('gc')\ndel sys.modules['gc']\ngc = _imp.create_builtin(spec)\nprint(gc.get_objects())",
        ["own memory"] = "open('/proc/self/mem', 'rb').read(1)",
        ["ctypes"] = "import ctypes\nctypes.string_at(id(0), 1)",
        ["ctypes under a lying name"] = "import sys, glob, _imp, importlib.machinery as m\nclass S(str):\n    __hash__ = lambda s: 1\n    __eq__ = lambda s, o: False\np = [g for d in sys.path for g in glob.glob(d + '/_ctypes.*')]\n_imp.create_dynamic(m.ModuleSpec(S('_ctypes'), None, origin=p[0] if p else '/x'))",
        ["foreign extension"] = "import _imp, importlib.machinery as m\nopen('/tmp/evil.so', 'wb').write(b'\\x7fELF')\n_imp.create_dynamic(m.ModuleSpec('evil', None, origin='/tmp/evil.so'))",
        ["command line"] = "import sys, os\nfor a in sys.orig_argv if hasattr(sys, 'orig_argv') else sys.argv:\n    for fd in (1, 3, 4, 5):\n        try: os.write(fd, a.encode())\n        except OSError: pass\nos._exit(0)",
        ["patched writing"] = "import os, builtins\nos.write = print = builtins.print = lambda *a, **k: None\nassert False",
        ["patched runner"] = "import sys\ng = sys._getframe().f_back.f_globals\nfor k in list(g):\n    if callable(g[k]) and hasattr(g[k], '__code__'):\n        g[k].__code__ = (lambda: None).__code__\ng['deque'] = g['partial'] = None\nassert False",
        ["calls the runner again"] = "import sys, os\ng = sys._getframe().f_back.f_globals\nfor s in g['steps']()[1:]: s()",
        ["trace and jump"] = "import sys\nf = sys._getframe().f_back\ndef t(frame, event, arg):\n    try: frame.f_lineno += 1\n    except ValueError: pass\n    return t\nf.f_trace = t\nsys.settrace(t)\nsys.setprofile(lambda *a: None)\nassert False",
        ["monitoring"] = "import sys, os\nm = getattr(sys, 'monitoring', None)\nif m:\n    m.use_tool_id(3, 'x')\n    def cb(code, offset, call, arg):\n        if type(arg) is map: next(arg)\n    for e in (m.events.C_RAISE, m.events.C_RETURN, m.events.CALL): m.register_callback(3, e, cb)\n    m.set_local_events(3, sys._getframe().f_back.f_code, m.events.CALL)\n    m.set_events(3, m.events.CALL)\nassert False",
        ["exception hook"] = Forge + "import sys\nsys.excepthook = lambda *a: (forge(), os._exit(0))\nassert False",
        ["bytecode that no compiler makes"] = "import dis\nop = dis.opmap\ndef f(): return None\nn = -37 & 0xffffffff\ncode = bytes([op['RESUME'], 0, op['EXTENDED_ARG'], (n >> 24) & 255, op['EXTENDED_ARG'], (n >> 16) & 255, op['EXTENDED_ARG'], (n >> 8) & 255, op['LOAD_FAST'], n & 255, op['RETURN_VALUE'], 0])\nsteps = type(f)(f.__code__.replace(co_code=code, co_stacksize=4), {})()\nnext(steps)\nnext(steps)\nassert False",
        ["bytecode from marshal"] = "import marshal, types\nassert False if marshal.loads(marshal.dumps((lambda: 0).__code__)) else False",
        ["sub-interpreter"] = "import sys\nfor name in ('_xxsubinterpreters', '_interpreters', 'concurrent.interpreters'):\n    try:\n        __import__(name)\n        sys.modules[name].create()\n        break\n    except ImportError: pass\nassert False",
        ["jump over its own assertion"] = "import sys\nf = sys._getframe()\ndef t(frame, event, argument):\n    if event == 'line' and frame is f and frame.f_lineno == 8: frame.f_lineno = 9\n    return t\nsys.settrace(t)\nf.f_trace = t\nassert False\nx = 1",
        ["code of another function"] = "def f(): assert False\ndef g(): pass\nf.__code__ = g.__code__\nf()",
        ["raises an exception group of exits"] = "class E(SystemExit): pass\nraise E(0)",
    };

    /// <summary>Notes the processes that are to stay, each as a file of its number, before they start to hide.</summary>
    public const string Note = "import os, sys, time, signal\ndef stay():\n    open('FOLDER/%d' % os.getpid(), 'w').close()\n    time.sleep(1000)\n    os._exit(0)\n";

    /// <summary>Ways to leave a process running after the program: it outlives its parent, its session, its environment and signals.</summary>
    public static IReadOnlyDictionary<string, string> Lingering { get; } = new Dictionary<string, string>
    {
        ["child"] = "if os.fork() == 0: stay()\ntime.sleep(0.5)",
        ["child, and the program goes on"] = "if os.fork() == 0: stay()\ntime.sleep(1000)",
        ["session of its own"] = "if os.fork() == 0:\n    os.setsid()\n    stay()\ntime.sleep(0.5)",
        ["daemon"] = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: stay()\n    os._exit(0)\ntime.sleep(0.5)",
        ["daemon of a program that goes on"] = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: stay()\n    os._exit(0)\ntime.sleep(1000)",
        ["daemon without an environment"] = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        open('FOLDER/%d' % os.getpid(), 'w').close()\n        os.execve('/bin/sleep', ['sleep', '1000'], {})\n    os._exit(0)\ntime.sleep(0.5)",
        ["daemon that ignores signals and closes its files"] = "if os.fork() == 0:\n    os.setsid()\n    for s in range(1, 65):\n        try: signal.signal(s, signal.SIG_IGN)\n        except (OSError, ValueError): pass\n    os.closerange(0, 64)\n    if os.fork() == 0: stay()\n    os._exit(0)\ntime.sleep(0.5)",
        ["chain of daemons"] = "def again(n):\n    if n and os.fork() == 0:\n        os.setsid()\n        again(n - 1)\n        stay()\nagain(5)\ntime.sleep(0.5)",
        ["daemon of a program that is killed"] = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: stay()\n    os._exit(0)\ntime.sleep(0.5)\nos.kill(os.getpid(), 9)",
        ["daemon of a program that kills its supervisor"] = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: stay()\n    os._exit(0)\ntime.sleep(0.5)\nos.kill(os.getppid(), 9)",
    };

    /// <summary>Candidates whose function is wrong and that try to pass tests of it all the same.</summary>
    public static IReadOnlyDictionary<string, string> WrongCandidates { get; } = new Dictionary<string, string>
    {
        ["equal to everything"] = "class E:\n    def __eq__(s, o): return True\n    def __ne__(s, o): return False\n    def __sub__(s, o): return s\n    def __abs__(s): return s\n    def __lt__(s, o): return True\ndef f(x): return E()",
        ["number equal to everything"] = "class E(int):\n    def __eq__(s, o): return True\n    def __sub__(s, o): return s\n    def __abs__(s): return s\n    def __lt__(s, o): return True\n    __hash__ = int.__hash__\ndef f(x): return E(7)",
        ["list equal to everything"] = "class E(list):\n    def __eq__(s, o): return True\ndef f(x): return E()",
        ["shadowed functions of the tests"] = "abs = lambda x: 0\nlen = lambda x: 3\ndef check(candidate): pass\ndef f(x): return 0",
        ["no assertion errors"] = "import builtins\nbuiltins.AssertionError = None\nbuiltins.__build_class__ = None\ndef f(x): return 0",
        ["code of the callers"] = "import sys\ndef f(x):\n    frame = sys._getframe()\n    while frame:\n        for v in list(frame.f_globals.values()):\n            if hasattr(v, '__code__'): v.__code__ = (lambda *a, **k: None).__code__\n        frame = frame.f_back\n    return 0",
        ["jump by tracing"] = "import sys\ndef t(frame, event, argument):\n    if event == 'line' and frame.f_code.co_name == 'check':\n        try: frame.f_lineno += 1\n        except ValueError: pass\n    return t\nsys.settrace(t)\ndef f(x): return 0",
        ["jump of the caller"] = "import sys\ndef f(x):\n    frame = sys._getframe().f_back\n    def t(fr, e, a):\n        try: fr.f_lineno += 1\n        except ValueError: pass\n        return t\n    frame.f_trace = t\n    sys.settrace(t)\n    return 0",
        ["exit in a call"] = "import os\ndef f(x): os._exit(0)",
        ["SystemExit in a call"] = "def f(x): raise SystemExit(0)",
        ["exit at the end"] = "import atexit, os\natexit.register(lambda: os._exit(0))\ndef f(x): return 0",
        ["exit in a thread"] = "import os, threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), os._exit(0))).start()\ndef f(x):\n    time.sleep(1)\n    return 0",
        ["writes to every pipe"] = "import os\nfor fd in range(1, 30):\n    try: os.write(fd, b'a' * 64)\n    except OSError: pass\nos._exit(0)",
        ["answers of its own"] = "import os, sys, json\ndef f(x):\n    for fd in range(3, 30):\n        try: os.write(fd, json.dumps(['raise', ['SystemExit'], [['i', '0']]]).encode() + b'\\n')\n        except OSError: pass\n    return 0",
        ["answers that are none"] = "import os\ndef f(x):\n    for fd in range(3, 30):\n        try: os.write(fd, b'[\"give\"]\\n{}\\n[[[[\\n')\n        except OSError: pass\n    return 0",
        ["nested without end"] = "def f(x):\n    l = []\n    for i in range(100000): l = [l]\n    return l",
        ["bytecode"] = "import dis\nop = dis.opmap\ndef g(): return None\nn = -37 & 0xffffffff\ncode = bytes([op['RESUME'], 0, op['EXTENDED_ARG'], (n >> 24) & 255, op['EXTENDED_ARG'], (n >> 16) & 255, op['EXTENDED_ARG'], (n >> 8) & 255, op['LOAD_FAST'], n & 255, op['RETURN_VALUE'], 0])\nsteps = type(g)(g.__code__.replace(co_code=code, co_stacksize=4), {})()\nnext(steps)\nnext(steps)\ndef f(x): return 0",
        ["own memory by ctypes"] = "import ctypes, os\ndef f(x):\n    ctypes.string_at(0)\n    return 0",
    };

    // Looks through every frame for anything like the token, and writes what it finds to every descriptor.
    private const string Forge = """
        import os, sys
        found = []
        def search(values):
            for v in values:
                if isinstance(v, bytes) and len(v) >= 64: found.append(v[:64])
                if isinstance(v, str) and len(v) == 64: found.append(v.encode())
                if isinstance(v, (tuple, list)): search(v)
                if hasattr(v, 'args') and isinstance(getattr(v, 'args'), tuple): search(v.args)
        def vars_of(f):
            return list(f.f_locals.values()) + list(f.f_globals.values())
        def send():
            for secret in found:
                for fd in (1, 3, 4, 5, 6):
                    try: os.write(fd, secret)
                    except OSError: pass
        def forge():
            for f in list(sys._current_frames().values()) + [sys._getframe()]:
                while f:
                    search(vars_of(f))
                    f = f.f_back
            send()

        """;
}
