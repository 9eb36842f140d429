using System.Text.Json;
using TaskArithmetic.Kernels;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Methods;

/// <summary>One case of golden/rl-methods over whole models: inputs, what the reference wrote in double, and how far float32 may be off.</summary>
internal sealed class RlGoldenCase(JsonElement json)
{
    public string Name => json.GetProperty("case").GetString()!;

    public string Method => json.GetProperty("method").GetString()!;

    public JsonElement Parameters => json.GetProperty("parameters");

    public JsonElement Intermediate => json.GetProperty("intermediate");

    public DType DType => json.GetProperty("dtype").GetString() == "bfloat16" ? DType.BF16 : DType.F32;

    public string DTypeName => json.GetProperty("dtype").GetString()!;

    /// <summary>Model folders of the experts, in their order.</summary>
    public IReadOnlyList<string> Experts => [.. json.GetProperty("experts").EnumerateArray().Select(e => FolderOf(e.GetString()!))];

    private double Absolute => json.GetProperty("tolerance").GetProperty("absolute").GetDouble();

    private int MayDiffer => json.GetProperty("tolerance").TryGetProperty("may_differ", out var count) ? count.GetInt32() : 0;

    /// <summary>The model folder that is the case's base or target.</summary>
    public string Folder(string role) => FolderOf(json.GetProperty(role).GetString()!);

    private static string FolderOf(string file) => SharedData.PathOf(Path.GetDirectoryName(file)!);

    public static IReadOnlyList<RlGoldenCase> Of(string method)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("golden", "rl-methods", "manifest.json")));
        return [.. manifest.RootElement.GetProperty("cases").EnumerateArray().Select(c => new RlGoldenCase(c.Clone())).Where(c => c.Method == method)];
    }

    /// <summary>The model's tensors with the given method and values; targets become the base and the base the first input where the case has a target.</summary>
    public WholeModel Model(string method, Dictionary<string, object> global, Dictionary<string, object[]> inputs)
    {
        var experts = json.GetProperty("experts").EnumerateArray().Select(e => Read(e.GetString()!)).ToArray();
        var origin = Read(json.GetProperty("base").GetString()!);
        if (!json.TryGetProperty("target", out var target))
            return WholeModel.Of(method, origin, experts, global, inputs);
        return WholeModel.Of(method, Read(target.GetString()!), [origin, .. experts], global, inputs);
    }

    /// <summary>Fails where a value is further off than the case allows.</summary>
    /// <returns>Values that are not equal.</returns>
    public int AssertEqual(IReadOnlyDictionary<string, float[]> merged)
    {
        var expected = Read(Path.Combine("golden", "rl-methods", json.GetProperty("output").GetString()!));
        var start = Read((json.TryGetProperty("target", out var target) ? target : json.GetProperty("base")).GetString()!);
        Assert.HasCount(expected.Count, merged);
        var differing = 0;
        foreach (var (name, tensor) in expected)
        {
            var ours = GoldenCase.Rounded((float[])merged[name].Clone(), DType);
            for (var i = 0; i < ours.Length; i++)
            {
                if (ours[i] == tensor.Values[i])
                    continue;
                differing++;
                AssertWithin(tensor.Values[i], start[name].Values[i], ours[i], $"{Name} {name}[{i}]");
            }
        }
        if (DType == DType.BF16)
            Assert.IsLessThanOrEqualTo(MayDiffer, differing, Name);
        return differing;
    }

    private void AssertWithin(float expected, float start, float actual, string where)
    {
        var place = Math.Max(Math.Abs(expected), Math.Abs(start));
        var places = 2 * ((double)MathF.BitIncrement(place) - place);
        var isWithin = Math.Abs((double)actual - expected) <= places + Absolute
            || (DType == DType.BF16 && LastPlaces.Between(expected, actual, DType.BF16) <= 1);
        Assert.IsTrue(isWithin, $"{where} is {actual:G9}, expected {expected:G9}");
    }

    private static Dictionary<string, (int[] Shape, float[] Values)> Read(string file)
    {
        using var opened = SafetensorsFile.Open(SharedData.PathOf(file));
        return opened.Header.Tensors.ToDictionary(t => t.Name, t =>
        {
            var values = new float[t.Shape.Aggregate(1UL, (product, extent) => product * extent)];
            Widening.ToSingle(opened.Read(t), t.DType, values);
            return (t.Shape.Select(s => (int)s).ToArray(), values);
        });
    }
}

/// <summary>All tensors of a merge, for methods that look at the whole model first.</summary>
internal sealed record WholeModel(IMergeMethod Method, IReadOnlyList<WholeTensor> Tensors)
{
    public static WholeModel Of(
        string method,
        IReadOnlyDictionary<string, (int[] Shape, float[] Values)> baseModel,
        IReadOnlyList<IReadOnlyDictionary<string, (int[] Shape, float[] Values)>> models,
        Dictionary<string, object> global,
        Dictionary<string, object[]> inputs)
    {
        var cases = baseModel.OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => MergeCase.Of(method, t.Value.Shape, t.Value.Values, [.. models.Select(m => m[t.Key].Values)], global, inputs, t.Key)).ToArray();
        return new WholeModel(cases[0].Method, [.. cases.Select(c => c.Inputs)]);
    }

    public WholeModel Cut(int chunk, int threads) => this with { Tensors = [.. Tensors.Select(t => t with { Chunk = chunk, Threads = threads })] };

    public WholeModel With(ILinearAlgebra algebra) => this with { Tensors = [.. Tensors.Select(t => t with { Context = t.Context with { LinearAlgebra = algebra } })] };

    /// <summary>The tensors with what the survey learnt, if the method makes one.</summary>
    public WholeModel Surveyed()
    {
        if (!Method.Schema.Surveys || !Method.Bind(Tensors[0].Context).NeedsSurvey)
            return this;
        var survey = Method.Bind(Tensors[0].Context).BeginSurvey();
        foreach (var tensor in Tensors)
            tensor.Survey(Method, survey);
        return this with { Tensors = [.. Tensors.Select(t => t with { Context = t.Context with { Survey = survey } })] };
    }

    /// <summary>The merged values before the rounding to the output's dtype, by tensor.</summary>
    public IReadOnlyDictionary<string, float[]> Merge() => Surveyed().Tensors.ToDictionary(t => t.Context.Name, t => t.Merge(Method));

    /// <summary>What the survey says of the whole model.</summary>
    public IReadOnlyList<MethodFact> Facts() => [.. Method.Bind(Surveyed().Tensors[0].Context).Facts];
}
