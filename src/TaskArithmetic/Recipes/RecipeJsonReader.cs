using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

using Parameters = IReadOnlyDictionary<string, ParameterValue>;

/// <summary>Reads a recipe's JSON and gathers all that is wrong with it, each with line and path.</summary>
internal sealed class RecipeJsonReader
{
    /// <summary>Keys of an input that are no parameters of a method; a method's parameter cannot have such a name.</summary>
    public static IReadOnlyList<string> InputKeys { get; } = ["path", "minus", "adapter", "layers", "tensors", "exclude"];

    private static readonly string[] RecipeKeys =
    [
        "schema", "$schema", "method", "base", "inputs", "slices", "parameters", "precision", "dtype", "outputDtype", "seed", "tokenizer",
        "chatTemplate", "vocabularyMismatch", "maxShardSize", "allowNonFinite", "requireSameLineage", "requireWeights",
    ];

    private static readonly string[] SliceKeys = ["base", "baseLayers", "inputs", "parameters"];
    private static readonly string[] TokenizerKeys = ["source", "tokens", "padToMultipleOf"];
    private static readonly string[] TokenKeys = ["model", "token", "tokenId", "zero", "force"];

    private readonly MergeMethods? methods;
    private readonly JsonFindings findings = new();
    private readonly Dictionary<RecipePlace, PlacedJson> places = [];
    private IReadOnlyList<string> parameterNames = [];

    private RecipeJsonReader(MergeMethods? methods) => this.methods = methods;

    /// <summary>Reads a recipe, or the one that a document of a merged model holds.</summary>
    /// <exception cref="DiagnosticException">All errors.</exception>
    public static Recipe Read(PlacedJson document, MergeMethods? methods)
    {
        var root = document.Member("recipe") is { Kind: JsonValueKind.Object } recorded ? recorded : document;
        if (root.Kind != JsonValueKind.Object)
            throw new DiagnosticException(RecipeJsonDiagnostics.NotARecipe(root, "a recipe is a JSON object, and this is none"));
        if (root.Length > RecipeJson.Largest)
            throw new DiagnosticException(RecipeJsonDiagnostics.NotARecipe(root, $"the recipe takes {root.Length} bytes, and at most {RecipeJson.Largest} are read"));
        var reader = new RecipeJsonReader(methods);
        var recipe = root.Member("terms") is null ? reader.ReadRecipe(root) : new FirstRecipeJson(reader.findings).Read(root);
        reader.findings.ThrowIfAny();
        // What was merged once may carry, as mergekit's files do, parameters that its method does not use.
        reader.Check(recipe, root, refusesUnused: ReferenceEquals(root, document));
        return recipe;
    }

    private void Check(Recipe recipe, PlacedJson root, bool refusesUnused)
    {
        if (methods is null)
            return;
        // Warnings come again with those of the models, once these are open.
        var problems = RecipeCheck.Of(recipe, methods, where: place => (places.GetValueOrDefault(place) ?? places.GetValueOrDefault(place with { Parameter = null }) ?? root).Where, refusesUnused);
        if (problems.Any(p => p.Severity == DiagnosticSeverity.Error))
            throw new DiagnosticException([.. problems.Select(p => p.At(file: root.File))]);
    }

    private Recipe ReadRecipe(PlacedJson root)
    {
        var members = findings.Members(root, RecipeKeys);
        if (members.Text("schema") is { } form && form != RecipeJson.Form)
            findings.Add(RecipeJsonDiagnostics.NotARecipe(root, $"its form is '{Printable.Start(form)}', and this version reads {RecipeJson.Form}"));
        var method = members.Text("method") ?? new Recipe().Method;
        if (methods is not null && methods.TryFind(method, out var found))
            parameterNames = [.. found.Schema.Parameters.Select(p => p.Name)];
        if (members["inputs"] is not null && members["slices"] is { } both)
            findings.Add(RecipeJsonDiagnostics.Together(both, "inputs", "slices"));
        if (members["inputs"] is null && members["slices"] is null)
            findings.Add(RecipeJsonDiagnostics.Missing(root, "inputs"));
        return new Recipe
        {
            Method = method,
            Base = members.Text("base"),
            Inputs = ReadInputs(members["inputs"], slice: null),
            Slices = members["slices"] is { } slices ? [.. findings.Elements(slices).Select(ReadSlice)] : null,
            Parameters = ReadParameters(members["parameters"], new RecipePlace()),
            Precision = members.Word<Precision>("precision"),
            WorkingDType = members.DType("dtype"),
            OutputDType = members.DType("outputDtype"),
            Seed = members.Whole("seed", long.MinValue, long.MaxValue) ?? 0,
            Tokenizer = ReadTokenizer(members["tokenizer"]),
            ChatTemplate = members.Text("chatTemplate"),
            VocabularyMismatch = members.Word<VocabularyMismatch>("vocabularyMismatch"),
            MaxShardSize = members.Size("maxShardSize") ?? Recipe.DefaultMaxShardSize,
            AllowNonFinite = members.Flag("allowNonFinite"),
            RequireSameLineage = members.Flag("requireSameLineage"),
            WeightsAreRequired = members.Flag("requireWeights"),
        };
    }

    private RecipeSlice ReadSlice(PlacedJson json, int number)
    {
        var members = findings.Members(json, SliceKeys);
        places[new RecipePlace(number)] = json;
        if (members["inputs"] is null)
            findings.Add(RecipeJsonDiagnostics.Missing(json, "inputs"));
        return new RecipeSlice(ReadInputs(members["inputs"], number))
        {
            Base = members.Text("base"),
            BaseLayers = members.Layers("baseLayers"),
            Parameters = ReadParameters(members["parameters"], new RecipePlace(number)),
        };
    }

    private RecipeInput[] ReadInputs(PlacedJson? json, int? slice) =>
        json is null ? [] : [.. findings.Elements(json).Select((e, i) => ReadInput(e, new RecipePlace(slice, i)))];

    private RecipeInput ReadInput(PlacedJson json, RecipePlace place)
    {
        places[place] = json;
        var members = findings.Members(json, InputKeys, IsParameter, parameterNames);
        if (members["path"] is null)
            findings.Add(RecipeJsonDiagnostics.Missing(json, "path"));
        return new RecipeInput(members.Text("path") ?? "")
        {
            Minus = members.Text("minus"),
            Adapter = members.Text("adapter"),
            Layers = members.Layers("layers"),
            Parameters = Values(members.Others, place),
            Selection = new TensorSelection(members.Texts("tensors"), members.Texts("exclude")),
        };
    }

    private Parameters ReadParameters(PlacedJson? json, RecipePlace place) =>
        json is null ? Recipe.NoParameters : Values(findings.Members(json, [], IsParameter, parameterNames).Others, place);

    private Parameters Values(IReadOnlyDictionary<string, PlacedJson> members, RecipePlace place)
    {
        if (members.Count == 0)
            return Recipe.NoParameters;
        var values = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var (name, json) in members)
        {
            places[place with { Parameter = name }] = json;
            if (findings.Parameter(json) is not { } value)
                continue;
            if (name == MethodParameter.Weight.Name && value.Entries.SelectMany(e => e.Values).Any(v => v.AsNumber() is null))
                findings.Add(RecipeJsonDiagnostics.BadWeight(json));
            values[name] = value;
        }
        return values;
    }

    /// <summary>
    /// Without methods every name may be one. Those of other methods are told by <see cref="RecipeCheck"/>, apart from alpha, which is
    /// mostly meant as weight.
    /// </summary>
    private bool IsParameter(string name) =>
        methods is null || parameterNames.Contains(name) || (name != "alpha" && methods.All.Any(m => m.Schema.Find(name) is not null));

    private RecipeTokenizer? ReadTokenizer(PlacedJson? json)
    {
        if (json is null)
            return null;
        var members = findings.Members(json, TokenizerKeys);
        if (members["source"] is null)
            findings.Add(RecipeJsonDiagnostics.Missing(json, "source"));
        return new RecipeTokenizer(members.Text("source") ?? "base")
        {
            Tokens = members["tokens"] is { } tokens
                ? findings.Members(tokens, [], _ => true, []).Others.ToDictionary(t => t.Key, t => ReadToken(t.Value), StringComparer.Ordinal)
                : new RecipeTokenizer("base").Tokens,
            PadToMultipleOf = (int?)members.Whole("padToMultipleOf", 1, int.MaxValue),
        };
    }

    private TokenSource ReadToken(PlacedJson json)
    {
        var members = findings.Members(json, TokenKeys);
        var source = new TokenSource
        {
            Model = members.Text("model"),
            Token = members.Text("token", mayBeEmpty: true),
            TokenId = (int?)members.Whole("tokenId", 0, int.MaxValue),
            Zero = members.Flag("zero"),
            Force = members.Flag("force"),
        };
        if (source.Model is null && !source.Zero)
            findings.Add(RecipeJsonDiagnostics.Missing(json, "model"));
        if (source.Model is not null && source.Zero)
            findings.Add(RecipeJsonDiagnostics.Together(json, "model", "zero"));
        if (source.Token is not null && source.TokenId is not null)
            findings.Add(RecipeJsonDiagnostics.Together(json, "token", "tokenId"));
        return source;
    }
}
