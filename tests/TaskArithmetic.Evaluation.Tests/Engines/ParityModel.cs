using TaskArithmetic.Evaluation.Embedded;
using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Libtorch;

namespace TaskArithmetic.Evaluation.Tests.Engines;

/// <summary>The models of recorded runs as folders, by the names that the recorded arguments have for them.</summary>
internal static class ParityModel
{
    public const string SmolName = "smollm2-135m-instruct";

    private const string BaseName = "stories260K";
    private const string ReasonerPrefix = "tiny-reasoner--";
    private const string FamilyPrefix = "family--";
    private const string VariantPrefix = "variants--";

    /// <summary>Loads a model in float32 on the processor.</summary>
    public static async Task<TorchEngine> LoadAsync(string folder, int batchSize = 8) => await TorchEngine.LoadAsync(folder, new TorchEngineOptions
    {
        Libtorch = new LibtorchOptions { Device = new ComputeDevice(ComputeDeviceKind.Cpu) },
        BatchSize = batchSize,
    });

    /// <summary>The folder of a model; what has to be made first is made in the scratch folder.</summary>
    public static string Folder(string name, TemporaryFolder scratch) => name switch
    {
        SmolName => SmolLM2.Folder,
        // The adapter's rows in the checkpoint: what PEFT computes from base and adapter, merged.
        $"{BaseName}+{FamilyPrefix}sort-lora" => WithTokenizer(SharedData.PathOf("models", "stories260K-family", "sort-lora-merged"), scratch),
        _ when name.StartsWith(FamilyPrefix, StringComparison.Ordinal) => WithTokenizer(SharedData.PathOf("models", "stories260K-family", name[FamilyPrefix.Length..]), scratch),
        _ when name.StartsWith(VariantPrefix, StringComparison.Ordinal) => SharedData.PathOf("models", "stories260K-variants", name[VariantPrefix.Length..]),
        $"{ReasonerPrefix}merged1" => Merged("1.0", scratch),
        _ when name.StartsWith(ReasonerPrefix, StringComparison.Ordinal) => SharedData.PathOf("models", "tiny-reasoner", name[ReasonerPrefix.Length..]),
        _ => SharedData.PathOf("models", name),
    };

    /// <summary>target + α·(grpo − sft) of the sample's models.</summary>
    public static string Merged(string alpha, TemporaryFolder scratch)
    {
        var output = scratch[$"merged{alpha}"];
        if (!Directory.Exists(output))
        {
            string Donor(string name) => SharedData.PathOf("models", "tiny-reasoner", name);
            var recipe = new Recipe
            {
                Base = Donor("target"),
                Inputs = [RecipeInput.Of(Donor("grpo"), Donor("sft"), ParameterValue.Parse(alpha))],
            };
            ModelMerge.Run(recipe, output, new MergeOptions { CacheDirectory = scratch["merge-cache"] }, CancellationToken.None);
        }
        return output;
    }

    /// <summary>Fine-tuned relatives lie there without the tokenizer they share with their base.</summary>
    private static string WithTokenizer(string model, TemporaryFolder scratch)
    {
        var folder = scratch[Path.GetFileName(model)];
        if (Directory.Exists(folder))
            return folder;
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(model).Concat(Directory.EnumerateFiles(SharedData.PathOf("models", BaseName), "*token*.json")))
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(file)), file);
        return folder;
    }
}
