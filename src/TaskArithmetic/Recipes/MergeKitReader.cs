using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

/// <summary>Makes one document of a mergekit file a recipe.</summary>
internal sealed class MergeKitReader
{
    private static readonly string[] Keys =
    [
        "merge_method", "models", "slices", "modules", "base_model", "parameters", "dtype", "out_dtype", "tokenizer_source", "tokenizer", "chat_template", "name",
    ];

    /// <summary>Keys that findings of opened models may be about.</summary>
    private static readonly string[] Named = ["base_model", "tokenizer_source", "tokenizer", "chat_template"];

    private static readonly string[] Forms = ["models", "slices", "modules"];

    /// <summary>Stands for a method that is not known, so that the rest of the file is looked at all the same.</summary>
    private static readonly MethodSchema Unknown = new() { Name = "", Summary = "", Formula = "", Source = "", Operands = Operands.Models, Base = BaseUse.Input };

    private static readonly string[] Expertise = ["experts", "gate_mode", "shared_experts"];

    private readonly MergeKitPlace root;
    private readonly MergeMethods methods;
    private readonly Dictionary<RecipePlace, string> places = [];
    private readonly Dictionary<string, MergeKitPlace> entries = new(StringComparer.Ordinal);

    private MergeKitReader(MergeKitPlace root, MergeMethods methods)
    {
        this.root = root;
        this.methods = methods;
    }

    private List<Diagnostic> Findings => root.Findings;

    /// <summary>The recipe of a document; null where findings say what is wrong.</summary>
    public static MergeKitDocument? Read(MergeKitPlace root, MergeMethods methods) => new MergeKitReader(root, methods).Read();

    private MergeKitDocument? Read()
    {
        if (root.IsNull)
        {
            Findings.Add(MergeKitDiagnostics.Unreadable(root.File, root.Line, "the document is empty"));
            return null;
        }
        var before = Findings.Count;
        ReadKeys();
        if (Get("name") is { } named && named.TryText("a name", out var name) && !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            Findings.Add(MergeKitDiagnostics.BadDocuments(named.Where, root.File, "the name of a merge becomes the name of its folder. Use letters, digits, '.', '-' and '_'"));
        var recipe = ReadRecipe(ReadMethod()?.Schema ?? Unknown);
        if (recipe is not null && Findings.Skip(before).All(f => f.Severity != DiagnosticSeverity.Error))
            AddFindings(RecipeCheck.Of(recipe, methods, place => MergeKitDocument.Where(places, place)));
        return recipe is null ? null : new MergeKitDocument(root.File, Get("name")?.Text, recipe, places);
    }

    /// <summary>Preflight looks at a recipe again; what does not stop the work is told there.</summary>
    private void AddFindings(IReadOnlyList<Diagnostic> findings)
    {
        if (findings.Any(f => f.Severity == DiagnosticSeverity.Error))
            Findings.AddRange(findings);
    }

    private void ReadKeys()
    {
        foreach (var (key, value) in root.Entries("a mapping of keys to values"))
        {
            if (Keys.Contains(key))
                entries.Add(key, value);
            else if (Expertise.Contains(key))
                Findings.Add(MergeKitDiagnostics.NotSupported(value.Where, root.File, "this is a file for mergekit-moe, which builds a mixture of experts rather than merging. Use mergekit for it"));
            // Where YAML files keep what is used elsewhere: such keys only hold anchors.
            else if (!key.StartsWith("x-", StringComparison.Ordinal) && !key.StartsWith('.') && !value.Node.IsShared)
                Findings.Add(MergeKitDiagnostics.UnknownKey(value.Where, root.File, key, Keys));
        }
    }

    private IMergeMethod? ReadMethod()
    {
        if (Get("merge_method") is not { } place)
        {
            Findings.Add(MergeKitDiagnostics.KeyMissing(root.Where, root.File, "the key 'merge_method' is missing. Name the method"));
            return null;
        }
        places[default] = place.Where;
        if (!place.TryText("the name of a method", out var name))
            return null;
        if (methods.TryFind(name, out var method))
            return method;
        Findings.Add(ParameterDiagnostics.UnknownMethod(place.Where, name, [.. methods.All.Select(m => m.Schema.Name)]));
        return null;
    }

    private Recipe? ReadRecipe(MethodSchema schema)
    {
        var baseModel = Get("base_model") is { } given ? ReadBase(given) : null;
        foreach (var key in Named)
        {
            if (Get(key) is { } place)
                places[new RecipePlace(Parameter: key)] = place.Where;
        }
        var global = Get("parameters") is { } parameters ? MergeKitParameters.Read(parameters, Remember(default)) : [];
        var models = new MergeKitModels(schema, baseModel, Get("base_model"), places);
        if (OnlyForm() is not { } form)
            return null;
        var body = form.Path == "modules" ? ReadModule(form, global) : form;
        var (inputs, slices) = body is null ? ([], null) : body.Path.EndsWith("slices", StringComparison.Ordinal) ? ([], models.ReadSlices(body)) : (models.ReadModels(body), (IReadOnlyList<RecipeSlice>?)null);
        var dtype = ReadDType("dtype");
        return new Recipe
        {
            Method = schema.Name,
            Base = baseModel?.Path,
            Inputs = inputs,
            Slices = slices,
            Parameters = global,
            WeightsAreRequired = !schema.IsOwn,
            WorkingDType = dtype,
            // What is computed in a dtype is also written in it, unless the file says otherwise.
            OutputDType = ReadDType("out_dtype") ?? dtype,
            Tokenizer = MergeKitTokenizer.Read(root, Get("tokenizer_source"), Get("tokenizer"), places),
            ChatTemplate = Get("chat_template") is { } template ? MergeKitTokenizer.ReadTemplate(template) : null,
        };
    }

    private MergeKitModel? ReadBase(MergeKitPlace place)
    {
        var model = MergeKitModel.Read(place);
        if (model?.Adapter is null)
            return model;
        Findings.Add(MergeKitDiagnostics.NotSupported(place.Where, root.File, "a base with an adapter is not read. Merge the adapter into the base first (merge_method: passthrough) and name the result"));
        return null;
    }

    private MergeKitPlace? OnlyForm()
    {
        var given = Forms.Select(Get).OfType<MergeKitPlace>().Where(p => p.Node is not MergeKitList { Items: [] }).ToList();
        if (given.Count == 1)
            return given[0];
        Findings.Add(MergeKitDiagnostics.KeyMissing(
            given.Count > 1 ? given[1].Where : Forms.Select(Get).FirstOrDefault(p => p is not null)?.Where ?? root.Where,
            root.File,
            $"exactly one of models, slices and modules must say what is merged, but {(given.Count == 0 ? "none does" : string.Join(" and ", given.Select(g => g.Path)) + " do")}. Keep one"));
        return null;
    }

    /// <summary>A module's parameters come before the global ones.</summary>
    private MergeKitPlace? ReadModule(MergeKitPlace modules, Dictionary<string, ParameterValue> global)
    {
        MergeKitPlace? only = null;
        foreach (var (name, module) in modules.Entries("a mapping of modules"))
        {
            if (name == "default")
                only = module;
            else
                Findings.Add(MergeKitDiagnostics.NotSupported(module.Where, root.File, $"language models have the one module 'default', and '{name}' is another. Merge its weights by filters on tensor names"));
        }
        if (only is null)
            return null;
        var parts = only.Entries("a mapping of models or slices", "models", "slices", "parameters");
        if (parts.TryGetValue("parameters", out var parameters))
        {
            foreach (var (name, value) in MergeKitParameters.Read(parameters, Remember(default)))
                global[name] = value.Or(global.GetValueOrDefault(name));
        }
        var forms = parts.Where(p => p.Key != "parameters" && p.Value.Node is not MergeKitList { Items: [] }).ToList();
        if (forms.Count == 1)
            return forms[0].Value;
        Findings.Add(MergeKitDiagnostics.KeyMissing(only.Where, root.File, "exactly one of models and slices must say what is merged. Keep one"));
        return null;
    }

    private DType? ReadDType(string key)
    {
        if (Get(key) is not { } place || !place.TryText("a dtype", out var text))
            return null;
        if (DTypes.TryParseTorchName(text.StartsWith("torch.", StringComparison.Ordinal) ? text["torch.".Length..] : text, out var dtype) && dtype.IsMergeable())
            return dtype;
        Findings.Add(MergeKitDiagnostics.BadDType(place.Where, root.File, text));
        return null;
    }

    private Action<string, MergeKitPlace> Remember(RecipePlace place) => (name, value) => places[place with { Parameter = name }] = value.Where;

    /// <summary>What is said under a key; null where nothing is.</summary>
    private MergeKitPlace? Get(string key) => entries.TryGetValue(key, out var place) && !place.IsNull ? place : null;
}
