using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Evaluation.Data;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Evaluation.Tests.Data;

/// <summary>Data files that are damaged or made to harm: refused with a code, the file and the line.</summary>
[TestClass]
public sealed class HostileRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("{\"a\": \"\\ud800\"}", "surrogate")]
    [DataRow("{\"\\udc00\": 1}", "surrogate")]
    [DataRow("{\"a\": NaN}", "")]
    [DataRow("{\"a\": 1, \"a\": 2}", "uplicate")]
    [DataRow("[1]", "not a JSON object")]
    [DataRow("{\"a\": }", "")]
    public void A_line_that_is_no_row_is_named_with_its_number(string line, string reason)
    {
        File.WriteAllText(folder["q.jsonl"], "{\"a\": 1}\n\n" + line + "\n");
        var error = Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["q.jsonl"], null));
        Assert.AreEqual("TA4022", error.Diagnostics.Single().Code);
        Assert.Contains("q.jsonl(3)", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [TestMethod]
    [DataRow("{\"\\ud800\": 1, \"b\": 2}", "q.jsonl")]
    [DataRow("[{\"\\ud800\": 1}]", "q.json")]
    public void Half_a_surrogate_pair_in_the_first_key_is_refused(string text, string name)
    {
        File.WriteAllText(folder[name], text);
        Assert.AreEqual("TA4022", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder[name], null)).Diagnostics.Single().Code);
    }

    [TestMethod]
    public void Bytes_that_are_no_utf8_deep_nesting_and_endless_numbers_are_named_too()
    {
        File.WriteAllBytes(folder["q.jsonl"], [.. "{\"a\": 1}\n{\"a\": \""u8, 0xff, .. "\"}\n"u8]);
        Assert.Contains("q.jsonl(2): the data cannot be used: it is not UTF-8", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["q.jsonl"], null)).Message);
        File.WriteAllText(folder["q.jsonl"], "{\"a\": 1}\n{\"a\": " + new string('[', 100_000));
        Assert.Contains("q.jsonl(2)", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["q.jsonl"], null)).Message);
        File.WriteAllText(folder["q.jsonl"], "{\"a\": 1}\n{\"a\": " + new string('9', 1_000_000) + "}");
        Assert.Contains("1000000 digits", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["q.jsonl"], null)).Message);
    }

    [TestMethod]
    public void An_archive_of_gigabytes_stops_at_a_limit()
    {
        var line = new byte[1 << 20];
        using (var gzip = new GZipStream(File.Create(folder["bomb.jsonl.gz"]), CompressionLevel.Fastest))
        {
            for (var i = 0; i < 100; i++)
                gzip.Write(line);
        }
        var error = Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["bomb.jsonl.gz"], null));
        Assert.AreEqual("TA4057", error.Diagnostics.Single().Code);
        Assert.Contains("the line has more than", error.Message);
    }

    [TestMethod]
    public void A_torn_archive_is_refused()
    {
        using (var gzip = new GZipStream(File.Create(folder["whole.gz"]), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"a\": {i * 7919 % 10007}}}\n"))));
        var bytes = File.ReadAllBytes(folder["whole.gz"]);
        File.WriteAllBytes(folder["torn.jsonl.gz"], bytes[..(bytes.Length / 2)]);
        Assert.AreEqual("TA4022", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["torn.jsonl.gz"], null)).Diagnostics[0].Code);
    }

    [TestMethod]
    public void A_pipe_a_device_and_a_folder_are_no_data()
    {
        using (var made = Process.Start("mkfifo", [folder["pipe.jsonl"]]))
            made.WaitForExit();
        foreach (var path in new[] { folder["pipe.jsonl"], "/dev/zero" })
            Assert.AreEqual("TA4022", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(path, null)).Diagnostics[0].Code, path);
        Assert.AreEqual("TA4021", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder.Path, null)).Diagnostics[0].Code);
    }

    [TestMethod]
    public void A_misspelt_file_names_the_nearest()
    {
        File.WriteAllText(folder["questions.jsonl"], "{}");
        Assert.Contains("Did you mean 'questions.jsonl'?", Assert.ThrowsExactly<DiagnosticException>(() => JsonRows.Read(folder["qestions.jsonl"], null)).Message);
    }

    [TestMethod]
    public async Task A_data_folder_that_is_not_there_or_lacks_the_file_is_refused_and_not_filled_up_from_the_cache()
    {
        Directory.CreateDirectory(folder["mydata", "gsm8k"]);
        File.WriteAllText(folder["mydata", "gsm8k", "tset.jsonl"], "{}\n");
        async Task<Diagnostic> Failure(string data) => (await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => new DatasetStore(folder[data], folder["cache"]).LocateAsync("gsm8k/test.jsonl", CancellationToken.None))).Diagnostics.Single();
        var absent = await Failure("mydat");
        Assert.AreEqual("TA4053", absent.Code);
        Assert.Contains("Did you mean 'mydata'?", absent.Message);
        var misspelt = await Failure("mydata");
        Assert.AreEqual("TA4054", misspelt.Code);
        Assert.Contains("Did you mean 'gsm8k/tset.jsonl'?", misspelt.Message);
    }
}
