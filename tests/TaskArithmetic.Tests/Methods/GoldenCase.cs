using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Kernels;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>One case of golden/mergekit: what mergekit 0.1.5 was given and what it wrote.</summary>
internal sealed partial class GoldenCase(JsonElement json)
{
    public string Name => json.GetProperty("case").GetString()!;

    public string Method => json.GetProperty("method").GetString()!;

    /// <summary>Whether torch's random numbers decided.</summary>
    public bool IsRandom => json.GetProperty("random").GetBoolean();

    public string? BaseFile => json.GetProperty("base_model").GetString();

    public DType WorkingDType => DTypeOf(json.GetProperty("dtype").GetString()!);

    public DType OutputDType => json.GetProperty("out_dtype").GetString() is { } text ? DTypeOf(text) : WorkingDType;

    /// <summary>All cases of these methods.</summary>
    public static IReadOnlyList<GoldenCase> Of(params string[] methods) => [.. All().Where(c => methods.Contains(c.Method))];

    /// <summary>The case of this name, such as <c>bfloat16/ties</c>.</summary>
    public static GoldenCase Named(string name) => All().Single(c => c.Name == name);

    /// <summary>Every tensor of the case, with what the reference wrote.</summary>
    /// <param name="precision">Precision of the merge.</param>
    public IEnumerable<GoldenTensor> Tensors(Precision precision = Precision.Mergekit)
    {
        MergeMethods.BuiltIn.TryFind(Method, out var method);
        var schema = method?.Schema ?? throw new InvalidOperationException($"There is no method {Method}.");
        using var golden = Open(json.GetProperty("output").GetString()!);
        using var baseFile = BaseFile is null ? null : Open(BaseFile);
        var inputs = InputsOf(schema);
        var layers = golden.Header.Tensors.Select(t => LayerOf(t.Name)).Max() + 1;
        foreach (var tensor in golden.Header.Tensors)
        {
            var depth = LayerOf(tensor.Name) is >= 0 and var layer ? (layers == 1 ? 1.0 : (double)layer / (layers - 1)) : 0;
            var global = Values(schema, ParameterScope.Global, json.GetProperty("parameters"), tensor.Name, depth);
            var perInput = inputs.Select(i => Values(schema, ParameterScope.Input, i.GetProperty("parameters"), tensor.Name, depth)).ToArray();
            yield return new GoldenTensor(
                method,
                new WholeTensor
                {
                    Schema = schema,
                    Base = baseFile is null ? null : Read(baseFile, tensor.Name),
                    Models = [.. inputs.Select(i => Read(i.GetProperty("file").GetString()!, tensor.Name))],
                    Context = new TensorContext
                    {
                        Name = tensor.Name,
                        Shape = tensor.Shape,
                        Arguments = new MethodArguments(global, perInput),
                        Precision = precision,
                        WorkingDType = WorkingDType,
                        Seed = 42,
                        HasBase = baseFile is not null && schema.Base != BaseUse.Input,
                    },
                },
                Rounded(Read(golden, tensor.Name), OutputDType),
                OutputDType);
        }
    }

    /// <summary>Fails where a merge in chunks, by several threads, gives other bits than one in whole tensors.</summary>
    public void AssertIndependentOfChunksAndThreads(Precision precision)
    {
        foreach (var tensor in Tensors(precision))
        {
            var whole = tensor.Merge();
            foreach (var (chunk, threads) in new[] { (1024, 2), (777, 3) })
            {
                var cut = tensor with { Inputs = tensor.Inputs with { Chunk = chunk, Threads = threads } };
                BitAssert.AreEqual(whole, cut.Merge(), $"{Name} {tensor.Name}, chunks of {chunk}");
            }
        }
    }

    public static float[] Rounded(float[] values, DType dtype)
    {
        Rounding.ToPrecision(values, dtype);
        return values;
    }

    private static IEnumerable<GoldenCase> All()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "mergekit", "manifest.json")));
        return [.. manifest.RootElement.GetProperty("cases").EnumerateArray().Select(c => new GoldenCase(c.Clone()))];
    }

    /// <summary>The base is an input where the method says so (and is listed or added last), else it is none.</summary>
    private List<JsonElement> InputsOf(MethodSchema schema)
    {
        var models = json.GetProperty("models").EnumerateArray().ToList();
        bool IsBase(JsonElement model) => model.GetProperty("file").GetString() == BaseFile;
        if (schema.Base != BaseUse.Input)
            models.RemoveAll(IsBase);
        else if (BaseFile is not null && !models.Exists(IsBase))
            models.Add(JsonSerializer.SerializeToElement(new { file = BaseFile, parameters = new { } }));
        return models;
    }

    private static Dictionary<string, object> Values(MethodSchema schema, ParameterScope scope, JsonElement given, string tensor, double depth)
    {
        var values = new Dictionary<string, object>();
        foreach (var parameter in schema.Parameters.Where(p => p.Scope == scope))
        {
            var value = given.TryGetProperty(parameter.Name, out var text) ? JsonSerializer.Deserialize<ParameterValue>(text.GetRawText())!.At(tensor, depth) : null;
            object? found = value is null ? parameter.Default : parameter.Kind switch
            {
                ParameterKind.Flag => value.Value.AsFlag(),
                ParameterKind.Text => value.Value.ToString(),
                _ => value.Value.AsNumber(),
            };
            if (found is not null)
                values[parameter.Name] = found is int whole ? (double)whole : found;
        }
        foreach (var unknown in given.EnumerateObject().Where(p => schema.Find(p.Name) is null))
            throw new InvalidOperationException($"{schema.Name} has no parameter {unknown.Name}.");
        return values;
    }

    private static float[] Read(string file, string tensor)
    {
        using var opened = Open(file);
        return Read(opened, tensor);
    }

    private static float[] Read(SafetensorsFile file, string tensor)
    {
        var info = file.Header.Tensors.Single(t => t.Name == tensor);
        var values = new float[info.Shape.Aggregate(1UL, (product, extent) => product * extent)];
        Widening.ToSingle(file.Read(info), info.DType, values);
        return values;
    }

    private static SafetensorsFile Open(string file) => SafetensorsFile.Open(SharedData.PathOf("golden", "mergekit", file));

    private static int LayerOf(string tensor) =>
        LayerNumber().Match(tensor) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : -1;

    private static DType DTypeOf(string name) => DTypes.TryParseTorchName(name, out var dtype) ? dtype : throw new ArgumentException(name);

    [GeneratedRegex(@"\.layers\.(\d+)\.")]
    private static partial Regex LayerNumber();
}

/// <summary>One tensor of a golden case.</summary>
/// <param name="Method">The method.</param>
/// <param name="Inputs">Base and models, with the values of parameters.</param>
/// <param name="Expected">What the reference wrote, widened.</param>
/// <param name="OutputDType">The dtype that a merge writes; the reference writes float32 in some cases.</param>
internal sealed record GoldenTensor(IMergeMethod Method, WholeTensor Inputs, float[] Expected, DType OutputDType)
{
    public string Name => Inputs.Context.Name;

    /// <summary>What ours writes, widened.</summary>
    public float[] Merge() => GoldenCase.Rounded(Inputs.Merge(Method), OutputDType);
}
