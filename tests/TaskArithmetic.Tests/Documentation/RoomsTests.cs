using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.Tests.Documentation;

/// <summary>
/// The rooms of the sources (namespaces, one folder each) and the arrows between them: a file that names a type of another room, through a
/// <c>using</c> or by its full name, points to that room. Arrows only lead downwards.
/// </summary>
[TestClass]
[RequiresRepository]
public sealed partial class RoomsTests
{
    /// <summary>Projects from the top to the bottom; each may name those after it.</summary>
    private static readonly string[] Projects =
        [
        "TaskArithmetic.Build", "TaskArithmetic.Tool", "TaskArithmetic.Evaluation.Embedded", "TaskArithmetic.Evaluation", "TaskArithmetic.Gguf",
        "TaskArithmetic.LanguageModels", "TaskArithmetic.Torch", "TaskArithmetic.Text", "TaskArithmetic.Sources", "TaskArithmetic",
    ];

    /// <summary>The rooms of the core from the top to the bottom.</summary>
    private static readonly string[] CoreRooms =
    [
        "Merging", "Extraction", "Comparing", "Compression", "Outputs", "Provenance", "Measuring", "Streaming", "Planning", "Layouts", "Inputs", "Adapters", "Recipes", "Methods", "Methods.Cutting", "Methods.Matrices", "Methods.Summing", "Methods.Randomness",
        "Caching", "Checkpoints", "Kernels", "Kernels.Operators", "Kernels.Formats", "Kernels.Lanes", "Safetensors", "Files", "Diagnostics",
    ];

    private readonly IReadOnlyList<SourceFile> files =
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories).Where(f => !BuildOutput().IsMatch(f)).Select(SourceFile.Read).OfType<SourceFile>()];

    [TestMethod]
    public void The_rooms_of_the_core_point_downwards_only()
    {
        var upwards = Arrows()
            .Where(a => ProjectOf(a.From) == "TaskArithmetic" && ProjectOf(a.To) == "TaskArithmetic" && Place(a.From) > Place(a.To))
            // A room within a room may know the outer one.
            .Where(a => !a.From.StartsWith(a.To + ".", StringComparison.Ordinal))
            .Select(a => $"{a.From} -> {a.To} ({a.File} names {a.Type})")
            .ToList();

        Assert.IsEmpty(upwards, string.Join(Environment.NewLine, upwards));

        static int Place(string room)
        {
            var place = Array.IndexOf(CoreRooms, room["TaskArithmetic.".Length..]);
            Assert.IsGreaterThanOrEqualTo(0, place, $"{room} has no place in the order of rooms: add it to this test where it belongs");
            return place;
        }
    }

    [TestMethod]
    public void Projects_point_downwards_only()
    {
        var upwards = Arrows()
            .Where(a => Array.IndexOf(Projects, ProjectOf(a.From)) > Array.IndexOf(Projects, ProjectOf(a.To)))
            .Select(a => $"{a.From} -> {a.To} ({a.File} names {a.Type})")
            .ToList();

        Assert.IsEmpty(upwards, string.Join(Environment.NewLine, upwards));
    }

    [TestMethod]
    [DataRow("TaskArithmetic.Build")]
    [DataRow("TaskArithmetic.Tool")]
    [DataRow("TaskArithmetic.Evaluation.Embedded")]
    [DataRow("TaskArithmetic.Evaluation")]
    [DataRow("TaskArithmetic.Gguf")]
    [DataRow("TaskArithmetic.LanguageModels")]
    [DataRow("TaskArithmetic.Torch")]
    [DataRow("TaskArithmetic.Text")]
    [DataRow("TaskArithmetic.Sources")]
    [DataRow("TaskArithmetic")]
    public void No_room_of_a_project_can_be_reached_from_itself(string project)
    {
        var graph = Arrows().Where(a => ProjectOf(a.From) == project && ProjectOf(a.To) == project)
            // A room within a room may know the outer one.
            .Where(a => !a.From.StartsWith(a.To + ".", StringComparison.Ordinal))
            .ToLookup(a => a.From, a => a.To, StringComparer.Ordinal);
        foreach (var room in graph.Select(g => g.Key))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<string>(graph[room]);
            while (open.TryPop(out var next))
            {
                Assert.AreNotEqual(room, next, $"{room} can be reached from itself through {string.Join(", ", seen)}");
                if (seen.Add(next))
                {
                    foreach (var further in graph[next])
                        open.Push(further);
                }
            }
        }
    }

    private IEnumerable<(string From, string To, string File, string Type)> Arrows()
    {
        var homes = files.SelectMany(f => f.Types.Select(type => (type, f.Room))).Distinct().ToLookup(t => t.type, t => t.Room, StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var word in file.Words)
            {
                var rooms = homes[word].ToList();
                if (rooms.Contains(file.Room))
                    continue;
                foreach (var room in rooms.Where(room => file.Sees(room, word)))
                    yield return (file.Room, room, Path.GetFileName(file.Path), word);
            }
        }
    }

    private static string ProjectOf(string room) => Projects.First(p => room == p || room.StartsWith(p + ".", StringComparison.Ordinal));

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]", RegexOptions.CultureInvariant)]
    private static partial Regex BuildOutput();

    private sealed partial record SourceFile(string Path, string Code, string Room, IReadOnlySet<string> Usings, IReadOnlySet<string> Types, IReadOnlySet<string> Words)
    {
        public static SourceFile? Read(string path)
        {
            var code = NotCode().Replace(File.ReadAllText(path), " ");
            if (NamespaceOf().Match(code) is not { Success: true } found)
                return null;
            var room = found.Groups[1].Value;
            // What lies in an outer namespace is seen without a using.
            var outer = Enumerable.Range(1, room.Length - 1).Where(i => room[i] == '.').Select(i => room[..i]);
            return new SourceFile(
                path, code, room, UsingOf().Matches(code).Select(m => m.Groups[1].Value).Concat(outer).ToHashSet(StringComparer.Ordinal),
                TypeOf().Matches(code).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal),
                WordOf().Matches(code).Select(m => m.Value).ToHashSet(StringComparer.Ordinal));
        }

        public bool Sees(string room, string type) => Usings.Contains(room) || Code.Contains($"{room}.{type}", StringComparison.Ordinal);

        [GeneratedRegex(@"//.*|@?\$?""(?:\\.|""""|[^""\\\n])*""", RegexOptions.CultureInvariant)]
        private static partial Regex NotCode();

        [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
        private static partial Regex NamespaceOf();

        [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?([\w.]+)\s*;", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
        private static partial Regex UsingOf();

        [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?)\s+([A-Z]\w*)", RegexOptions.CultureInvariant)]
        private static partial Regex TypeOf();

        [GeneratedRegex(@"\b[A-Z]\w*\b", RegexOptions.CultureInvariant)]
        private static partial Regex WordOf();
    }
}
