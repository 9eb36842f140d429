using TaskArithmetic.Evaluation.Filters;

namespace TaskArithmetic.Evaluation.Tests.Filters;

[TestClass]
public sealed class EnglishNumbersTests
{
    [TestMethod]
    [DataRow("five", 5L)]
    [DataRow("twenty three", 23L)]
    [DataRow("twenty-three", 23L)]
    [DataRow("two hundred and five", 205L)]
    [DataRow("one thousand two hundred thirty four", 1234L)]
    [DataRow("two million three thousand", 2_003_000L)]
    [DataRow("three billion", 3_000_000_000L)]
    public void Words_make_the_number_word2number_makes(string words, long number) => Assert.AreEqual(number, EnglishNumbers.Parse(words));

    [TestMethod]
    [DataRow("trillion")]
    [DataRow("thousand two million")]
    [DataRow("one thousand one thousand")]
    public void Words_that_make_no_number_give_none(string words) => Assert.IsNull(EnglishNumbers.Parse(words));
}
