using System.Buffers.Binary;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tool.Tests;

/// <summary>Shared models by name, and one that is related to none of them.</summary>
internal static class SharedModel
{
    public static string Stories => SharedData.PathOf("models", "stories260K");

    public static string Reasoner(string name) => SharedData.PathOf("models", "tiny-reasoner", name);

    /// <summary>A bfloat16 model's folder again, every weight another random number of about the same size.</summary>
    public static string WithRandomWeights(string model, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(model))
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), File.ReadAllBytes(file));
        var path = Path.Combine(folder, "model.safetensors");
        var weights = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var at = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(weights); at < weights.Length; at += 2)
        {
            // The upper half of a float32 is its bfloat16.
            var value = (float)(random.NextDouble() - 0.5) / 10;
            BinaryPrimitives.WriteUInt16LittleEndian(weights.AsSpan(at), (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
        }
        File.WriteAllBytes(path, weights);
        return folder;
    }
}
