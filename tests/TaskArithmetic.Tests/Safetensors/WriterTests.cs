using System.Text.Json;
using CsCheck;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Safetensors;

[TestClass]
public sealed class WriterTests
{
    [TestMethod]
    [RequiresShared("golden/safetensors-writers")]
    public void Files_of_real_writers_are_read_as_their_library_reads_them()
    {
        var wrong = new List<string>();
        foreach (var item in SingleFiles())
        {
            var file = item.GetProperty("file").GetString()!;
            using var opened = SafetensorsFile.Open(SharedData.PathOf("golden", "safetensors-writers", file));
            var names = item.GetProperty("names_in_header_order").EnumerateArray().Select(n => n.GetString()!).ToList();
            if (!opened.Header.Tensors.Select(t => t.Name).SequenceEqual(names))
                wrong.Add($"{file}: names {string.Join(",", opened.Header.Tensors.Select(t => t.Name))}");
            if (!item.TryGetProperty("tensors_as_read", out var tensors))
                continue;
            foreach (var expected in tensors.EnumerateObject())
            {
                var info = opened.Header.Tensors.Single(t => t.Name == expected.Name);
                var bytes = Convert.ToHexStringLower(opened.Read(info));
                if (bytes != expected.Value.GetProperty("bytes_hex").GetString())
                    wrong.Add($"{file} {expected.Name}: {bytes}");
            }
        }
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [RequiresShared("golden/safetensors-writers")]
    public void A_file_written_again_has_the_layout_of_the_reference_writer()
    {
        foreach (var item in SingleFiles())
        {
            var file = item.GetProperty("file").GetString()!;
            using var original = SafetensorsFile.Open(SharedData.PathOf("golden", "safetensors-writers", file));
            var layout = SafetensorsLayout.Create(original.Header.Tensors.Select(t => (t.Name, t.DType, t.Shape)), original.Header.Metadata);

            CollectionAssert.AreEqual(
                original.Header.Tensors.Select(t => (t.Name, t.Begin, t.End)).ToArray(),
                layout.Header.Tensors.Select(t => (t.Name, t.Begin, t.End)).ToArray(), file);
            Assert.AreEqual(0, layout.Header.DataStart % 8, file);
        }
    }

    [TestMethod]
    public void Whatever_is_written_is_read_back()
    {
        var tensor = Gen.Select(Gen.Enum<DType>(), Gen.ULong[0, 5].Array[0, 4]).Where((dtype, shape) => shape.Aggregate(1UL, (p, e) => p * e) * (ulong)dtype.Bits() % 8 == 0);
        Gen.Dictionary(Gen.String[0, 12], tensor)[0, 12].Where(d => d.Keys.All(IsUnicode) && !d.ContainsKey("__metadata__")).Sample(tensors =>
        {
            using var folder = new TemporaryFolder();
            var layout = SafetensorsLayout.Create(tensors.Select(t => (t.Key, t.Value.Item1, (IReadOnlyList<ulong>)t.Value.Item2)), new Dictionary<string, string> { ["made"] = "by \"us\" é" });
            SafetensorsWriter.WriteAll(folder["a.safetensors"], layout, t => Fill(t));

            using var file = SafetensorsFile.Open(folder["a.safetensors"]);
            Assert.AreEqual("pt", file.Header.Metadata["format"]);
            Assert.AreEqual("by \"us\" é", file.Header.Metadata["made"]);
            Assert.HasCount(tensors.Count, file.Header.Tensors);
            foreach (var info in file.Header.Tensors)
            {
                Assert.AreEqual(tensors[info.Name].Item1, info.DType);
                CollectionAssert.AreEqual(tensors[info.Name].Item2, info.Shape.ToArray());
                Assert.AreEqual(tensors[info.Name].Item2.Aggregate(1UL, (p, e) => p * e), (ulong)info.ElementCount);
                CollectionAssert.AreEqual(Fill(info), file.Read(info));
            }
        }, iter: 300);
    }

    private static byte[] Fill(TensorInfo tensor) =>
        [.. Enumerable.Range(0, (int)tensor.ByteLength).Select(i => (byte)(i * 31 + tensor.Name.Length))];

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
                return false;
        }
        return true;
    }

    private static IEnumerable<JsonElement> SingleFiles()
    {
        var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "safetensors-writers", "manifest.json")));
        return manifest.RootElement.GetProperty("items").EnumerateArray().Where(i => i.TryGetProperty("file", out _) && i.TryGetProperty("names_in_header_order", out _));
    }
}
