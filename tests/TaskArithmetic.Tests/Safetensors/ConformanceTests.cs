using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Safetensors;

[TestClass]
[RequiresShared("golden/safetensors-conformance")]
public sealed class ConformanceTests
{
    /// <summary>Grey cases the reference accepts and we refuse: its own text forbids the first, and the advice is to refuse the rest.</summary>
    private static readonly string[] RefusedKnowingly = ["g_leading_whitespace", "g_info_as_array", "g_duplicate_key_same", "g_duplicate_key_last_wins", "g_duplicate_field", "g_zero_dim_last_overflow"];

    [TestMethod]
    public void Every_conformance_file_is_accepted_or_refused_as_the_manifest_advises()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "safetensors-conformance", "manifest.json")));
        var wrong = new List<string>();
        var cases = manifest.RootElement.GetProperty("cases").EnumerateArray().ToList();
        foreach (var item in cases)
        {
            var file = item.GetProperty("file").GetString()!;
            var name = Path.GetFileNameWithoutExtension(file);
            var accept = name.StartsWith("v_", StringComparison.Ordinal) || (name.StartsWith("g_", StringComparison.Ordinal) && !RefusedKnowingly.Contains(name));
            var error = Open(SharedData.PathOf("golden", "safetensors-conformance", file));
            if (accept != (error is null))
                wrong.Add($"{name}: expected {(accept ? "accepted" : "refused")}, got {error?.Message ?? "accepted"}");
            if (error is not null && (error.Code != "TA2002" || !error.Message.Contains(file) || !error.Message.Contains("(offset ")))
                wrong.Add($"{name}: the message lacks code, file or offset: {error.Message}");
        }
        Assert.IsGreaterThan(80, cases.Count);
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void A_damaged_entry_is_refused_with_the_name_of_its_tensor()
    {
        var error = Open(SharedData.PathOf("golden", "safetensors-conformance", "i_size_smaller.safetensors"));

        Assert.IsNotNull(error);
        StringAssert.Contains(error.Message, "tensor '");
    }

    [TestMethod]
    public void Every_sharded_checkpoint_gets_its_verdict()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "safetensors-conformance", "sharded", "manifest.json")));
        string[] alsoAccepted = ["ok_total_size_wrong", "single_and_index", "tensor_not_in_index", "tensor_in_two_shards", "shards_no_index", "subfolder", "index_bom"];
        var wrong = new List<string>();
        foreach (var item in manifest.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = item.GetProperty("case").GetString()!;
            var accept = item.GetProperty("verdict").GetString() == "accept" || alsoAccepted.Contains(name);
            var accepted = true;
            var message = "";
            try
            {
                using var checkpoint = Checkpoint.Open(SharedData.PathOf("golden", "safetensors-conformance", "sharded", name));
            }
            catch (DiagnosticException e)
            {
                (accepted, message) = (false, e.Message);
            }
            if (name == "shards_no_index" && !accepted && message.Contains("also in", StringComparison.Ordinal))
                continue;
            if (accepted != accept)
                wrong.Add($"{name}: expected {(accept ? "accepted" : "refused")}, got {(accepted ? "accepted" : message)}");
        }
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void A_wrong_total_size_is_warned_about()
    {
        using var checkpoint = Checkpoint.Open(SharedData.PathOf("golden", "safetensors-conformance", "sharded", "ok_total_size_wrong"));

        CollectionAssert.AreEqual(new[] { "TA1002" }, checkpoint.Warnings.Select(w => w.Code).ToArray());
    }

    private static Diagnostic? Open(string path)
    {
        try
        {
            using var file = SafetensorsFile.Open(path);
            return null;
        }
        catch (DiagnosticException e)
        {
            return e.Diagnostics.Single();
        }
    }
}
