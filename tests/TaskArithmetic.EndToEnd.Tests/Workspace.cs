using System.Security.Cryptography;
using Microsoft.Build.Logging.StructuredLogger;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>A user's folder far from the repository: projects in it find the package through its nuget.config only.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HashSet<string> restored = [];
    private int builds;

    /// <param name="withPackage">Whether the package under test is to be found; else only what the sources bring.</param>
    public Workspace(bool withPackage = true)
    {
        if (withPackage)
        {
            File.WriteAllText(this["nuget.config"], $"""
                <configuration>
                  <config><add key="globalPackagesFolder" value="{BuildPackage.Packages}" /></config>
                  <packageSources><add key="under-test" value="{BuildPackage.Feed}" /></packageSources>
                </configuration>
                """);
        }
    }

    /// <summary>The sample's small trained checkpoints.</summary>
    public static string Models { get; } = Path.Combine(RepositoryRoot.Path!, "samples", "ModelProject", "models");

    public string this[params string[] parts] => folder[parts];

    /// <summary>Variables that builds see besides.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    private Dictionary<string, string> Environment => new(Variables) { ["TASKARITHMETIC_CACHE"] = this["cache"] };

    /// <summary>Writes a model project made with the SDK door.</summary>
    /// <param name="body">What stands between the project tags.</param>
    public string ModelProject(string body, string name = "Model") => Write($"{name}.csproj", $"""
        <Project Sdk="TaskArithmetic.Build/{BuildPackage.Version}">
        {body}
        </Project>
        """);

    /// <summary>The simple form: one model, one donor pair.</summary>
    public string ModelProject(double alpha = 1, string vectorMetadata = "", string properties = "") => ModelProject(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
          <PropertyGroup>
            <BaseModel>{Models}/target</BaseModel>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <ReasoningVector Include="{Models}/grpo" Minus="{Models}/sft" Alpha="{alpha}" {vectorMetadata} />
          </ItemGroup>
        """));

    public string Write(string name, string text)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs <c>dotnet build</c> and reads its binary log.</summary>
    public BuildLog Build(string project, params IEnumerable<string> arguments) => Logged("build", project, arguments);

    public BuildLog Publish(string project, params IEnumerable<string> arguments) => Logged("publish", project, arguments);

    public DotNetResult Clean(string project) => DotNet.Run(Path.GetDirectoryName(project)!, Environment, "clean", project, "-v", "q").ShouldSucceed();

    public DotNetResult Run(params IEnumerable<string> arguments) => DotNet.Run(folder.Path, Environment, arguments);

    public System.Diagnostics.Process Start(params IEnumerable<string> arguments) => DotNet.Start(folder.Path, Environment, arguments);

    public static string DigestOf(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>Every file of a model folder with its digest, the lines that make two folders comparable.</summary>
    public static string DigestsOf(string modelFolder) => string.Join('\n', Directory
        .EnumerateFiles(modelFolder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => $"{DigestOf(file)} {Path.GetRelativePath(modelFolder, file)}"));

    public void Dispose() => folder.Dispose();

    private BuildLog Logged(string verb, string project, IEnumerable<string> arguments)
    {
        var log = this[$"{++builds}.binlog"];
        var result = DotNet.Run(Path.GetDirectoryName(project)!, Environment, [verb, project, $"-bl:{log}", .. restored.Add(project) ? Array.Empty<string>() : ["--no-restore"], .. arguments]);
        return new BuildLog(BinaryLog.ReadBuild(log), result);
    }
}
