using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Adapters;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Adapters;

[TestClass]
public sealed class AdapterConfigTests
{
    [TestMethod]
    public void The_first_pattern_that_matches_the_end_of_a_name_decides()
    {
        var (config, _) = Read("""{"peft_type": "LORA", "r": 4, "lora_alpha": 8, "rank_pattern": {"q_proj": 2, "layers\\.1\\.q_proj": 16, "^q": 32}, "use_rslora": true}""");
        Assert.AreEqual(2, config!.RankOf("model.layers.1.q_proj"));
        Assert.AreEqual(4, config.RankOf("model.layers.1.xq_proj"));
        Assert.AreEqual(32, config.RankOf("q"));
        Assert.AreEqual(4, config.RankOf("model.q"));
        Assert.AreEqual(8 / Math.Sqrt(2), config.ScaleOf("model.layers.1.q_proj"));
    }

    [TestMethod]
    public void A_list_of_targets_fits_ends_after_a_point_and_an_expression_the_whole_name()
    {
        var (list, _) = Read("""{"peft_type": "LORA", "target_modules": ["q_proj"]}""");
        Assert.IsTrue(list!.Targets!.Matches("a.q_proj"));
        Assert.IsFalse(list.Targets.Matches("a.xq_proj"));
        var (pattern, _) = Read("""{"peft_type": "LORA", "target_modules": "(?!.*lm_head).*proj"}""");
        Assert.IsTrue(pattern!.Targets!.Matches("a.q_proj"));
        Assert.IsFalse(pattern.Targets.Matches("a.q_proj.b"));
    }

    [TestMethod]
    [DataRow("""{"peft_type": "LORA", "r": 0}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "r": 1.5}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "r": "four"}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "bias": "some"}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "target_modules": [1]}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "target_modules": "("}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "rank_pattern": {"[": 1}}""", "TA2110")]
    [DataRow("""{"peft_type": "LORA", "trainable_token_indices": 5}""", "TA2110")]
    [DataRow("""[1]""", "TA2110")]
    [DataRow("""{""", "TA2110")]
    [DataRow("""{"r": 4}""", "TA2111")]
    [DataRow("""{"peft_type": "LORA", "layer_replication": [[0, 4], [2, 6]]}""", "TA2111")]
    [DataRow("""{"peft_type": "LORA", "init_lora_weights": "pissa_niter_16"}""", "TA2111")]
    [DataRow("""{"peft_type": "LORA", "use_rslorra": true}""", "TA1040")]
    public void A_configuration_that_cannot_be_followed_says_why(string json, string code)
    {
        var (_, findings) = Read(json);
        CollectionAssert.AreEqual(new[] { code }, findings.Select(f => f.Code).ToList());
        Assert.Contains("adapter_config.json", findings[0].Message);
    }

    private static (AdapterConfig? Config, List<Diagnostic> Findings) Read(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["adapter_config.json"], json);
        var findings = new List<Diagnostic>();
        return (AdapterConfig.Read(folder.Path, findings), findings);
    }
}
