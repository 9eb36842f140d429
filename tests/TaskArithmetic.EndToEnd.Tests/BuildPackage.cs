using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>
/// TaskArithmetic.Build packed once for all tests, under a version that no earlier run had, in a feed and with a
/// packages folder of its own.
/// </summary>
[TestClass]
public sealed class BuildPackage
{
    private static readonly Lazy<TemporaryFolder> Folder = new(() => new TemporaryFolder());
    private static readonly Lazy<string> PackedVersion = new(Pack);
    private static readonly Lazy<IReadOnlyList<string>> Everything = new(PackAll);

    internal static string Version => PackedVersion.Value;

    internal static string Feed => Folder.Value["feed"];

    internal static string Packages => Folder.Value["packages"];

    internal static string Nupkg => Path.Combine(Feed, $"TaskArithmetic.Build.{Version}.nupkg");

    /// <summary>Every package of this repository, packed from what packing this one has built.</summary>
    internal static IReadOnlyList<string> All => Everything.Value;

    /// <summary>The tool inside the restored package.</summary>
    internal static string Tool => Path.Combine(Packages, "taskarithmetic.build", Version, "tools", "net10.0", "TaskArithmetic.Tool.dll");

    [AssemblyCleanup]
    public static void Remove()
    {
        if (Folder.IsValueCreated)
            Folder.Value.Dispose();
    }

    private static string Pack()
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-e2e.{DateTime.UtcNow.Ticks}");
        Pack("TaskArithmetic.Build", Feed, $"-p:PackageVersion={version}");
        return version;
    }

    private static IReadOnlyList<string> PackAll()
    {
        _ = Version;
        var folder = Folder.Value["all"];
        foreach (var project in new[] { "TaskArithmetic", "TaskArithmetic.Torch", "TaskArithmetic.Evaluation", "TaskArithmetic.Tool" })
            Pack(project, folder, "--no-build");
        return [Nupkg, .. Directory.GetFiles(folder, "*.nupkg")];
    }

    private static void Pack(string project, string folder, string argument) => DotNet.Run(
        RepositoryRoot.Path!, new Dictionary<string, string>(), "pack", $"src/{project}", "-c", "Release", "-o", folder, argument, "-v", "q", "--nologo").ShouldSucceed();
}
