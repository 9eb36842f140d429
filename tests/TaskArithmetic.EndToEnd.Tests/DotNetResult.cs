using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>How a command ended and all it said.</summary>
internal sealed record DotNetResult(string Command, int ExitCode, string Output)
{
    public DotNetResult ShouldSucceed()
    {
        Assert.AreEqual(0, ExitCode, $"{Command}\n{Output}");
        return this;
    }

    public DotNetResult ShouldFail()
    {
        Assert.AreNotEqual(0, ExitCode, $"{Command}\n{Output}");
        return this;
    }
}
