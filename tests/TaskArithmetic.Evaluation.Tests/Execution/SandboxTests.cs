using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Evaluation.Execution;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Execution;

[TestClass]
[RequiresSandbox]
[DoNotParallelize]
public sealed class SandboxTests
{
    private static readonly IProgramExecutor Executor = RequiresSandboxAttribute.Executor;

    [TestMethod]
    public async Task Harmful_programs_fail_and_leave_nothing_running()
    {
        var mark = NewMark();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var programs = HostilePrograms.Harmful.ToDictionary(
            p => p.Key, p => p.Value.Replace("PORT", port, StringComparison.Ordinal).Replace("MARK", mark, StringComparison.Ordinal));

        var outcomes = await Executor.ExecuteAsync([.. programs.Values], CancellationToken.None);

        AssertAll(programs.Keys, outcomes, ProgramStatus.Failed);
        Assert.IsFalse(listener.Pending(), "a program reached a listener on this machine");
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Cheating_programs_fail()
    {
        var outcomes = await Executor.ExecuteAsync([.. HostilePrograms.Cheating.Values], CancellationToken.None);

        AssertAll(HostilePrograms.Cheating.Keys, outcomes, ProgramStatus.Failed);
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Wrong_candidates_fail_whatever_they_do_to_their_process()
    {
        const string tests = """
            def check(candidate):
                assert candidate(1) == 2
                assert abs(candidate(2) - 3) < 1e-6
                assert candidate([1, 2]) == [1, 2, 3] or candidate(3) != 0
                assert len([candidate(4)]) == 1
            check(f)
            """;

        var outcomes = await Executor.JudgeAsync([.. HostilePrograms.WrongCandidates.Values.Select(candidate => new JudgedProgram(candidate, tests))], CancellationToken.None);

        AssertAll(HostilePrograms.WrongCandidates.Keys, outcomes, ProgramStatus.Failed);
        AssertNothingRuns();
    }

    [TestMethod]
    [RequiresShared("cases/faults/04-forged-pass")]
    public async Task Programs_that_forged_their_pass_fail()
    {
        var programs = Directory.GetFiles(SharedData.PathOf("cases", "faults", "04-forged-pass"), "*.py").ToDictionary(file => file, File.ReadAllText);

        AssertAll(programs.Keys, await Executor.ExecuteAsync([.. programs.Values], CancellationToken.None), ProgramStatus.Failed);
        AssertAll(programs.Keys, await Executor.JudgeAsync([.. programs.Values.Select(p => new JudgedProgram(p, "assert False"))], CancellationToken.None), ProgramStatus.Failed);
    }

    [TestMethod]
    public async Task Judged_candidates_behave_as_if_the_tests_were_beside_them()
    {
        var programs = new Dictionary<string, JudgedProgram>
        {
            ["arguments changed in place"] = new("def f(l, d):\n    l.sort()\n    d['a'] = 1", "l, d = [3, 1], {}\nf(l, d)\nassert l == [1, 3] and d == {'a': 1}"),
            ["arguments not changed"] = new("def f(l): return sorted(l)", "l = [3, 1]\nassert f(l) == [1, 3] and l == [3, 1]"),
            ["values of every plain type"] = new("def f(): return {(1, 2): [1.5, float('inf')], None: 'x'}, {1}, frozenset('ab'), b'x', 1j, range(3), True, 10 ** 5000", "a, b, c, d, e, g, h, i = f()\nassert a[(1, 2)][0] == 1.5 and a[None] == 'x' and b == {1} and c == {'a', 'b'} and d == b'x' and e == 1j and list(g) == [0, 1, 2] and h is True and i == 10 ** 5000"),
            ["subclasses of plain types"] = new("from collections import Counter, OrderedDict, namedtuple\nP = namedtuple('P', 'a b')\ndef f(s): return Counter(s), OrderedDict(a=1), P(1, 2)", "assert f('aab') == ({'a': 2, 'b': 1}, {'a': 1}, (1, 2))"),
            ["fractions"] = new("from fractions import Fraction\nfrom decimal import Decimal\ndef f(): return Fraction(1, 2), Decimal('0.5')", "a, b = f()\nassert a == 0.5 and b == 0.5"),
            ["generators"] = new("def f(n): yield from range(n)", "assert list(f(3)) == [0, 1, 2]\ng = f(1)\nassert next(g) == 0\ntry:\n    next(g)\n    assert False\nexcept StopIteration: pass"),
            ["exceptions"] = new("class Odd(ValueError): pass\ndef f(): raise Odd('odd')", "try:\n    f()\n    assert False\nexcept ValueError as e: assert str(e) == 'odd'"),
            ["classes"] = new("class P:\n    def __init__(s, a, b=2): s.a, s.b = a, b\n    def sum(s, n=0): return s.a + s.b + n\ndef f(ps): return max(p.b for p in ps)", "assert f([P(1), P(3, 4)]) == 4\np = P(1)\nassert p.sum(n=2) == 5\np.a = 7\nassert p.a == 7"),
            ["functions as arguments and results"] = new("def f(g, l): return [g(x) for x in l]\ndef h(n): return lambda x: x + n", "assert f(lambda x: x * 2, [1, 2]) == [2, 4] and h(1)(2) == 3"),
            ["objects of the tests"] = new("def f(n):\n    n.value += 1\n    return n.next.value", "class N:\n    def __init__(s, v, n=None): s.value, s.next = v, n\nn = N(1, N(2))\nassert f(n) == 2 and n.value == 2"),
            ["modules and helpers of the candidate"] = new("import math, random\nimport collections as c\ndef helper(x): return -x", "assert math.fabs(helper(1)) == 1 and c.Counter('a')['a'] == 1 and random.Random(42).randint(0, 10) >= 0"),
            ["lone surrogates"] = new("def f(): return '\\ud800x'", "assert f() == '\\ud800x'"),
            ["state and output"] = new("n = 0\ndef f():\n    global n\n    n += 1\n    print('x' * 100000)\n    return input if n > 5 else n", "assert [f(), f()] == [1, 2]"),
            ["main guard"] = new("def f(): return 1\nif __name__ == '__main__':\n    f = None", "assert f() == 1"),
        };

        var outcomes = await Executor.JudgeAsync([.. programs.Values], CancellationToken.None);

        AssertAll(programs.Keys, outcomes, ProgramStatus.Passed);
    }

    [TestMethod]
    public async Task Candidates_reach_nothing_of_the_tests_through_what_they_are_given()
    {
        var attempts = (string[])["g.__globals__", "g.__code__", "g.__class__", "getattr(g, 'gi_frame')", "g.func", "setattr(g, '__code__', 1)"];
        var outcomes = await Executor.JudgeAsync(
            [.. attempts.Select(a => new JudgedProgram($"def f(g):\n    try: return str(type({a}))\n    except AttributeError: return 'refused'", "import functools\nfor g in (lambda: 0, (x for x in [1]), functools.partial(print), open):\n    assert f(g) in ('refused', \"<class 'type'>\")"))],
            CancellationToken.None);

        AssertAll(attempts, outcomes, ProgramStatus.Passed);
    }

    [TestMethod]
    public async Task Reasons_of_judged_candidates_name_what_went_wrong_on_either_side()
    {
        var outcomes = await Executor.JudgeAsync(
            [
                new("def f(): return 1", "assert f() == 2"), new("def f(): raise ValueError('odd')", "f()"), new("def f(: pass", "f()"), new("x = 1", "f()"),
                new("import os\ndef f(): os._exit(3)", "f()"), new("import os\ndef f(): os.abort()", "f()"), new("raise KeyError('k')", "pass\nf()"), new("pass", "pass"),
            ],
            CancellationToken.None);

        CollectionAssert.AreEqual(
            new[] { "AssertionError", "ValueError: odd", "SyntaxError: invalid syntax", "NameError: name 'f' is not defined", "exited with status 3", "killed by signal 6", "KeyError: 'k'", "" },
            outcomes.Select(o => o.Reason).ToArray());
    }

    [TestMethod]
    public async Task The_limit_of_threads_holds_for_root_too()
    {
        const string program = "import os, threading, time\nthreading.stack_size(65536)\nn = 0\ntry:\n    while n < 3000:\n        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n        n += 1\nexcept RuntimeError: pass\nprint(n, flush=True)\nassert n < 64, n\n";

        var outcomes = await Executor.ExecuteAsync([program], CancellationToken.None);

        Assert.AreEqual(ProgramStatus.Passed, outcomes[0].Status, outcomes[0].ToString());
    }

    [TestMethod]
    public async Task Endless_candidates_time_out_on_either_side_and_leave_nothing_running()
    {
        var hasty = await SelectAsync(new ProgramLimits { WallTime = TimeSpan.FromSeconds(3) }, workers: 4);

        var outcomes = await hasty.JudgeAsync(
            [
                new("while True: pass", "f()"), new("def f():\n    while True: pass", "f()"), new("def f(): return 1", "while f() == 1: pass"),
                new("import os, time\nos.closerange(0, 64)\ntime.sleep(100)", "f()"),
            ],
            CancellationToken.None);

        AssertAll(["start", "call", "tests", "closed"], outcomes, ProgramStatus.TimedOut);
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Endless_programs_time_out_and_leave_nothing_running()
    {
        var mark = NewMark();
        var hasty = await SelectAsync(new ProgramLimits { WallTime = TimeSpan.FromSeconds(3) }, workers: HostilePrograms.Endless.Count);

        var outcomes = await hasty.ExecuteAsync(
            [.. HostilePrograms.Endless.Values.Select(p => p.Replace("MARK", mark, StringComparison.Ordinal))], CancellationToken.None);

        AssertAll(HostilePrograms.Endless.Keys, outcomes, ProgramStatus.TimedOut);
        Assert.IsTrue(outcomes.All(o => o.Output.Length <= 64 << 10));
        AssertNothingRuns();
    }

    [TestMethod]
    public async Task Output_is_cut_at_its_cap_without_failing_the_program()
    {
        var outcomes = await Executor.ExecuteAsync(["print('x' * 1000000, flush=True)"], CancellationToken.None);

        Assert.AreEqual(ProgramStatus.Passed, outcomes[0].Status, outcomes[0].Reason);
        Assert.AreEqual(new string('x', 64 << 10), outcomes[0].Output);
    }

    [TestMethod]
    public async Task Reasons_name_the_exception_the_exit_and_the_signal()
    {
        var outcomes = await Executor.ExecuteAsync(
            ["assert 1 == 2", "raise ValueError('odd')", "raise SystemExit(0)", "import os; os._exit(3)", "import os; os.abort()", "return 1", "x = 'ünïcode €'; assert len(x) == 9"],
            CancellationToken.None);

        CollectionAssert.AreEqual(
            new[] { "AssertionError", "ValueError: odd", "exited with status 0 before its end", "exited with status 3", "killed by signal 6", "SyntaxError: 'return' outside function", "" },
            outcomes.Select(o => o.Reason).ToArray());
    }

    [TestMethod]
    public async Task Honest_programs_may_use_the_standard_library_threads_and_their_own_folder()
    {
        var outcomes = await Executor.ExecuteAsync(
            [
                "import math, random, re, hashlib, decimal, json, collections, typing, heapq, itertools, dataclasses, datetime, statistics",
                "import threading\nout = []\nt = threading.Thread(target=lambda: out.append(1))\nt.start(); t.join()\nassert out == [1]",
                "open('note.txt', 'w').write('a')\nassert open('note.txt').read() == 'a'",
                "assert __name__ != '__main__'",
                "import collections\nP = collections.namedtuple('P', 'a b')\nassert P(1, 2).b == 2",
            ],
            CancellationToken.None);

        Assert.AreEqual("", string.Join('\n', outcomes.Where(o => !o.Passed)));
    }

    [TestMethod]
    public async Task Each_program_starts_with_an_empty_folder()
    {
        var outcomes = await Executor.ExecuteAsync(
            [.. Enumerable.Repeat("import os\nassert os.listdir('.') == []\nopen('left', 'w').write('x')", 4)], CancellationToken.None);

        Assert.IsTrue(outcomes.All(o => o.Passed), string.Join('\n', outcomes));
    }

    [TestMethod]
    public async Task Cancelling_kills_what_is_running()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            Executor.ExecuteAsync([.. Enumerable.Repeat($"import time\ntime.sleep({NewMark()})", 5)], cancellation.Token));

        AssertNothingRuns();
    }

    [TestMethod]
    public void The_sandbox_says_its_name_and_its_Python()
    {
        Assert.AreEqual("bubblewrap", Executor.Name);
        Assert.IsTrue(Version.TryParse(Executor.PythonVersion, out var version) && version >= new Version(3, 8), Executor.PythonVersion);
    }

    private static async Task<IProgramExecutor> SelectAsync(ProgramLimits limits, int workers) =>
        (await ProgramExecutorSelector.SelectAsync(
            new ProgramExecutionOptions { Allowed = CodeExecution.Sandbox, Limits = limits, Workers = workers }, CancellationToken.None)).Executor!;

    private static string NewMark() => Random.Shared.Next(100_000, 900_000).ToString(CultureInfo.InvariantCulture);

    private static void AssertAll(IEnumerable<string> names, IReadOnlyList<ProgramOutcome> outcomes, ProgramStatus expected)
    {
        var wrong = names.Zip(outcomes).Where(pair => pair.Second.Status != expected)
            .Select(pair => $"{pair.First}: {pair.Second.Status} {pair.Second.Reason} {pair.Second.Output[..Math.Min(200, pair.Second.Output.Length)]}");
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    // What bubblewrap started is killed by the kernel when bubblewrap has ended, which takes a moment.
    private static void AssertNothingRuns()
    {
        SpinWait.SpinUntil(() => LeftProcesses.Find().Count == 0, TimeSpan.FromSeconds(30));
        Assert.AreEqual("", string.Join('\n', LeftProcesses.Find()));
    }
}
