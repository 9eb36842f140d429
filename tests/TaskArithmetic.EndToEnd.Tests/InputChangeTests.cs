using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TaskArithmetic.EndToEnd.Tests;

/// <summary>Any change of what goes into a model starts the worker, whatever the dates say; nothing else does.</summary>
[TestClass]
public sealed class InputChangeTests
{
    private static readonly DateTime LongAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [TestMethod]
    public void Weights_replaced_by_older_ones_in_any_way_are_merged_again()
    {
        using var workspace = new Workspace();
        var project = CopyOfTheSample(workspace);
        var donor = workspace["models", "grpo", "model.safetensors"];
        var other = Path.Combine(Workspace.Models, "target", "model.safetensors");
        var first = Built(workspace, project);

        File.Copy(other, donor, overwrite: true);
        File.SetLastWriteTimeUtc(donor, LongAgo);
        var replaced = Built(workspace, project);
        Assert.AreNotEqual(first, replaced, "a file of an older date");

        File.Delete(donor);
        File.CreateSymbolicLink(donor, Path.Combine(Workspace.Models, "grpo", "model.safetensors"));
        Assert.AreEqual(first, Built(workspace, project), "a link in its place");

        File.Delete(donor);
        File.CreateSymbolicLink(donor, other);
        Assert.AreEqual(replaced, Built(workspace, project), "the link turned to another file");

        Directory.Move(workspace["models", "grpo"], workspace["models", "newer"]);
        Directory.CreateSymbolicLink(workspace["models", "grpo"], Path.Combine(Workspace.Models, "grpo"));
        Assert.AreEqual(first, Built(workspace, project), "a link to another folder");
        Assert.AreEqual(0, workspace.Build(project).Workers);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void An_edit_whose_size_and_date_are_put_back_is_merged_again()
    {
        using var workspace = new Workspace();
        var project = CopyOfTheSample(workspace);
        var donor = workspace["models", "grpo", "model.safetensors"];
        var first = Built(workspace, project);
        var date = File.GetLastWriteTimeUtc(donor);

        using (var file = File.OpenWrite(donor))
        {
            // Bits of the last values: the header stays, and no value becomes infinite.
            file.Seek(-256, SeekOrigin.End);
            file.Write(new byte[256]);
        }
        File.SetLastWriteTimeUtc(donor, date);

        // Without the cache: that it tells the two apart is tested where it lives.
        Assert.AreNotEqual(first, Built(workspace, project, "-p:TaskArithmeticUseCache=false"));
    }

    [TestMethod]
    public void Files_beside_the_weights_that_are_changed_added_or_removed_reach_the_model()
    {
        using var workspace = new Workspace();
        var project = CopyOfTheSample(workspace);
        var model = workspace["bin", "Debug", "net10.0", "model"];
        Built(workspace, project);

        foreach (var name in new[] { "chat_template.jinja", "generation_config.json" })
        {
            var file = workspace["models", "target", name];
            File.AppendAllText(file, "\n");
            File.SetLastWriteTimeUtc(file, LongAgo);
            Built(workspace, project);
            Assert.AreEqual(Workspace.DigestOf(file), Workspace.DigestOf(Path.Combine(model, name)), name);
        }

        workspace.Write("models/target/LICENSE", "free");
        File.SetLastWriteTimeUtc(workspace["models", "target", "LICENSE"], LongAgo);
        Built(workspace, project);
        Assert.IsTrue(File.Exists(Path.Combine(model, "LICENSE")));

        File.Delete(workspace["models", "target", "LICENSE"]);
        Built(workspace, project);
        Assert.IsFalse(File.Exists(Path.Combine(model, "LICENSE")));
    }

    /// <summary>Builds, which must start one worker, and returns the digest of the weights.</summary>
    private static string Built(Workspace workspace, string project, params string[] arguments)
    {
        var log = workspace.Build(project, arguments);
        log.Result.ShouldSucceed();
        Assert.AreEqual(1, log.Workers, log.Result.Output);
        return Workspace.DigestOf(workspace["bin", "Debug", "net10.0", "model", "model.safetensors"]);
    }

    private static string CopyOfTheSample(Workspace workspace)
    {
        foreach (var file in Directory.EnumerateFiles(Workspace.Models, "*", SearchOption.AllDirectories))
        {
            var copy = workspace["models", Path.GetRelativePath(Workspace.Models, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return workspace.ModelProject("""
              <PropertyGroup><BaseModel>models/target</BaseModel></PropertyGroup>
              <ItemGroup><ReasoningVector Include="models/grpo" Minus="models/sft" Alpha="0.5" /></ItemGroup>
            """);
    }
}
