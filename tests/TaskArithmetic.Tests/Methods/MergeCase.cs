using TaskArithmetic.Methods;
using TaskArithmetic.Methods.Randomness;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Tests.Methods;

/// <summary>A small merge written down in a test: one tensor, values of parameters, numbers.</summary>
internal static class MergeCase
{
    /// <summary>One tensor with a method's defaults and the values given.</summary>
    /// <param name="name">The method.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="baseValues">The base; null for none.</param>
    /// <param name="models">The models.</param>
    /// <param name="global">Values for the merge.</param>
    /// <param name="inputs">Values for the inputs, by parameter.</param>
    /// <param name="tensor">Name of the tensor.</param>
    public static (IMergeMethod Method, WholeTensor Inputs) Of(
        string name,
        int[] shape,
        float[]? baseValues,
        float[][] models,
        Dictionary<string, object>? global = null,
        Dictionary<string, object[]>? inputs = null,
        string tensor = "tensor")
    {
        Assert.IsTrue(MergeMethods.BuiltIn.TryFind(name, out var method), name);
        return (method, new WholeTensor
        {
            Schema = method.Schema,
            Base = baseValues,
            Models = models,
            Context = new TensorContext
            {
                Name = tensor,
                Shape = [.. shape.Select(s => (ulong)s)],
                Arguments = Arguments(method.Schema, models.Length, global ?? [], inputs ?? []),
                HasBase = baseValues is not null && method.Schema.Base != BaseUse.Input,
            },
        });
    }

    /// <summary>The merged values.</summary>
    public static float[] Merge(this (IMergeMethod Method, WholeTensor Inputs) merge) => merge.Inputs.Merge(merge.Method);

    /// <summary>The same merge with blocks cut otherwise.</summary>
    public static (IMergeMethod Method, WholeTensor Inputs) Cut(this (IMergeMethod Method, WholeTensor Inputs) merge, int chunk, int threads) =>
        (merge.Method, merge.Inputs with { Chunk = chunk, Threads = threads });

    /// <summary>The same merge with the roundings of mergekit.</summary>
    public static (IMergeMethod Method, WholeTensor Inputs) AsMergekit(this (IMergeMethod Method, WholeTensor Inputs) merge, DType dtype) =>
        (merge.Method, merge.Inputs with { Context = merge.Inputs.Context with { Precision = Precision.Mergekit, WorkingDType = dtype } });

    /// <summary>Numbers between −1 and 1, the same on every machine.</summary>
    public static float[] Numbers(int count, int seed)
    {
        var random = new CounterRandom((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(i => (random.Draw(i) / 2147483648f) - 1)];
    }

    /// <summary>A method's values: its defaults and those given.</summary>
    public static MethodArguments Arguments(MethodSchema schema, int count, Dictionary<string, object> global, Dictionary<string, object[]> inputs)
    {
        foreach (var unknown in global.Keys.Concat(inputs.Keys).Where(k => schema.Find(k) is null))
            Assert.Fail($"{schema.Name} has no parameter {unknown}.");
        var defaults = schema.Parameters.Where(p => p.Default is not null).ToLookup(p => p.Scope);
        return new MethodArguments(
            defaults[ParameterScope.Global].Where(p => !global.ContainsKey(p.Name)).ToDictionary(p => p.Name, p => p.Default!)
                .Concat(global).ToDictionary(p => p.Key, p => p.Value),
            [.. Enumerable.Range(0, count).Select(i => defaults[ParameterScope.Input].Where(p => !inputs.ContainsKey(p.Name))
                .Select(p => (p.Name, Value: p.Default!)).Concat(inputs.Select(p => (Name: p.Key, Value: p.Value[i]))).ToDictionary(p => p.Name, p => p.Value))]);
    }
}
