namespace TaskArithmetic.Text.Tests.Tokenizers;

[TestClass]
public sealed class SplitPreTokenizerTests
{
    [TestMethod]
    [DataRow("Isolated", false, "-|the|-|final|-|-|countdown|-")]
    [DataRow("Isolated", true, "-|the|-|final|-|-|countdown|-")]
    [DataRow("Removed", false, "the|final|countdown")]
    [DataRow("Removed", true, "-|-|-|-|-")]
    [DataRow("MergedWithPrevious", false, "-|the-|final-|-|countdown-")]
    [DataRow("MergedWithPrevious", true, "-the|-final|-|-countdown|-")]
    [DataRow("MergedWithNext", false, "-the|-final|-|-countdown|-")]
    [DataRow("MergedWithNext", true, "-|the-|final-|-|countdown-")]
    [DataRow("Contiguous", false, "-|the|-|final|--|countdown|-")]
    public void Each_behaviour_treats_delimiters_its_own_way(string behavior, bool invert, string expected) =>
        Assert.AreEqual(expected, TinyTokenizer.Cut($$$"""{"type":"Split","pattern":{"String":"-"},"behavior":"{{{behavior}}}","invert":{{{(invert ? "true" : "false")}}}}""", "-the-final--countdown-", expected));

    [TestMethod]
    [DataRow("""{"type":"Digits","individual_digits":true}""", "a12 ٣½", "a|1|2| |٣|½")]
    [DataRow("""{"type":"Digits","individual_digits":false}""", "a12 ٣½", "a|12| |٣½")]
    [DataRow("""{"type":"Punctuation"}""", "a,+..b", "a|,|+|.|.|b")]
    [DataRow("""{"type":"Punctuation","behavior":"Contiguous"}""", "a,+..b", "a|,+..|b")]
    [DataRow("""{"type":"Whitespace"}""", "a_1, b\u200D ++", "a_1|,|b\u200D|++")]
    [DataRow("""{"type":"WhitespaceSplit"}""", "a,\u3000b\n", "a,|b")]
    [DataRow("""{"type":"BertPreTokenizer"}""", "a, b", "a|,|b")]
    [DataRow("""{"type":"CharDelimiterSplit","delimiter":"_"}""", "_a__b", "a|b")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "a  b", "▁a|▁|▁b")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""", "a b", "a|▁b")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", "a b", "▁a▁b")]
    [DataRow("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""", "it's 12 é", "Ġit|'s|Ġ12|ĠÃ©")]
    [DataRow("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}""", " a b", "ĠaĠb")]
    [DataRow("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true}]}""", "a1 2", "a|1|2")]
    public void Each_kind_cuts_by_its_rule(string preTokenizer, string text, string expected) =>
        Assert.AreEqual(expected, TinyTokenizer.Cut(preTokenizer, text, expected));
}
