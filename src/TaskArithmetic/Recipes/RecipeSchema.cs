using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskArithmetic.Methods;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Recipes;

/// <summary>
/// The JSON Schema (2020-12) of a recipe, made from the methods: editors complete names and show ranges from it. What it accepts,
/// <see cref="RecipeJson"/> reads, apart from what only the models themselves can tell.
/// </summary>
internal static class RecipeSchema
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text.</summary>
    public static string Write(MergeMethods methods) => Document(methods).ToJsonString(Options) + "\n";

    private static JsonObject Document(MergeMethods methods)
    {
        var names = methods.All.Select(m => m.Schema.Name).ToList();
        var properties = new JsonObject
        {
            ["$schema"] = Text("Where an editor finds this schema."),
            ["schema"] = new JsonObject { ["const"] = RecipeJson.Form, ["description"] = "Form of the document." },
            ["method"] = new JsonObject { ["enum"] = Strings(names), ["default"] = new Recipe().Method, ["description"] = "How the inputs combine." },
            ["base"] = Text("The model that vectors are added to and that gives layout, configuration and tokenizer."),
            ["inputs"] = Inputs("The models or vectors, in the order in which they are combined."),
            ["slices"] = List(Reference("slice"), "Layers that are stacked, each merged from inputs of its own."),
            ["parameters"] = new JsonObject { ["type"] = "object", ["description"] = "The method's parameters for the merge, and for inputs that do not give their own." },
            ["precision"] = Word<Precision>("exact rounds once; mergekit repeats mergekit's roundings bit for bit."),
            ["dtype"] = DTypeOf("Dtype that inputs are brought to first, and rounded to after every operation in mergekit precision."),
            ["outputDtype"] = DTypeOf("Dtype of merged tensors."),
            ["seed"] = new JsonObject { ["type"] = "integer", ["default"] = 0, ["description"] = "Seed of random masks." },
            ["tokenizer"] = Tokenizer(),
            ["chatTemplate"] = Text("Chat template of the output: a name, auto or Jinja source."),
            ["vocabularyMismatch"] = Word<VocabularyMismatch>("What happens to embeddings and heads whose vocabularies differ."),
            ["maxShardSize"] = new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                    new JsonObject { ["type"] = "string", ["pattern"] = @"^\s*\d+(\.\d+)?\s*([KMGTkmgt]?i?[Bb]?)\s*$" }),
                ["default"] = Recipe.DefaultMaxShardSize,
                ["description"] = "Most bytes of tensors in one output file, as a number or such as \"5GB\".",
            },
            ["allowNonFinite"] = Switch("Lets NaN and infinities through."),
            ["requireSameLineage"] = Switch("Refuses donors that do not share the target's lineage instead of warning."),
            ["requireWeights"] = Switch("Whether an input without a weight is an error, as it is in mergekit's files."),
        };
        var definitions = new JsonObject { ["input"] = Input(), ["slice"] = Slice() };
        var choices = new JsonArray();
        foreach (var name in names)
        {
            definitions["method." + name] = OfMethod(methods.All.Single(m => m.Schema.Name == name).Schema);
            choices.Add(new JsonObject { ["if"] = Names(name), ["then"] = Reference("method." + name) });
        }
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Recipe of TaskArithmetic",
            ["description"] = "What is merged, and how. Made from the methods; not edited by hand.",
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
            ["oneOf"] = new JsonArray(Required("inputs"), Required("slices")),
            ["allOf"] = choices,
            ["$defs"] = definitions,
        };
    }

    /// <summary>Whether a recipe names a method, or leaves the default unnamed.</summary>
    private static JsonObject Names(string method)
    {
        var names = new JsonObject { ["properties"] = new JsonObject { ["method"] = new JsonObject { ["const"] = method } } };
        if (method != new Recipe().Method)
            names["required"] = Strings(["method"]);
        return names;
    }

    /// <summary>What a method adds: which parameters its inputs and the merge may have. What an input may have, the merge and a slice may give for all of them.</summary>
    private static JsonObject OfMethod(MethodSchema schema)
    {
        var (own, all) = (new JsonObject(), new JsonObject());
        foreach (var key in RecipeJsonReader.InputKeys)
            own[key] = true;
        foreach (var parameter in schema.Parameters)
        {
            // The value stands with the merge; an input's refers to it.
            all[parameter.Name] = Value(parameter);
            if (parameter.Scope == ParameterScope.Input)
                own[parameter.Name] = new JsonObject { ["$ref"] = $"#/$defs/method.{schema.Name}/properties/parameters/properties/{parameter.Name}" };
        }
        var inputs = new JsonObject { ["items"] = new JsonObject { ["properties"] = own, ["additionalProperties"] = false } };
        return new JsonObject
        {
            ["description"] = schema.Summary,
            ["properties"] = new JsonObject
            {
                ["inputs"] = inputs,
                ["parameters"] = new JsonObject { ["properties"] = all, ["additionalProperties"] = false },
                ["slices"] = new JsonObject
                {
                    ["items"] = new JsonObject
                    {
                        ["properties"] = new JsonObject
                        {
                            ["inputs"] = new JsonObject { ["$ref"] = $"#/$defs/method.{schema.Name}/properties/inputs" },
                            ["parameters"] = new JsonObject { ["$ref"] = $"#/$defs/method.{schema.Name}/properties/parameters" },
                        },
                    },
                },
            },
        };
    }

    /// <summary>One value, a gradient, or values by filter.</summary>
    private static JsonObject Value(MethodParameter parameter)
    {
        var one = new JsonObject { ["anyOf"] = new JsonArray(Scalar(parameter), List(Scalar(parameter), null, least: 1)) };
        var filtered = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["filter"] = new JsonObject { ["type"] = "string" }, ["value"] = one },
            ["required"] = Strings(["value"]),
            ["additionalProperties"] = false,
        };
        var value = new JsonObject
        {
            ["description"] = parameter.Description,
            ["anyOf"] = new JsonArray(Scalar(parameter), List(Scalar(parameter), null, least: 1), filtered.DeepClone(), List(filtered, null, least: 1)),
        };
        if (parameter.Default is { } otherwise)
            value["default"] = JsonSerializer.SerializeToNode(otherwise);
        return value;
    }

    private static JsonObject Scalar(MethodParameter parameter)
    {
        if (parameter.Kind == ParameterKind.Flag)
            return new JsonObject { ["type"] = "boolean" };
        if (parameter.Kind == ParameterKind.Text)
            return parameter.Choices.Count > 0 ? new JsonObject { ["enum"] = Strings(parameter.Choices) } : new JsonObject { ["type"] = Strings(["string", "number"]) };
        var number = new JsonObject { ["type"] = parameter.Kind == ParameterKind.Integer ? "integer" : "number" };
        if (parameter.OutsideIsWarning)
            return number;
        if (double.IsFinite(parameter.Minimum))
            number[parameter.Exclusive ? "exclusiveMinimum" : "minimum"] = parameter.Minimum;
        if (double.IsFinite(parameter.Maximum))
            number[parameter.Exclusive ? "exclusiveMaximum" : "maximum"] = parameter.Maximum;
        return number;
    }

    private static JsonObject Input() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["path"] = Text("Model folder, vector file or adapter folder."),
            ["minus"] = Text("The donor that is subtracted from it."),
            ["adapter"] = Text("A LoRA adapter that is merged into the model first."),
            ["layers"] = Layers("The layers that a slice takes from it."),
            ["tensors"] = Patterns("The tensors of the output that it changes; all without."),
            ["exclude"] = Patterns("Tensors that it leaves as they are."),
        },
        ["required"] = Strings(["path"]),
    };

    private static JsonObject Slice() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["base"] = Text("The base of this slice, where it is another than the recipe's."),
            ["baseLayers"] = Layers("The layers that are taken from the base; the input's own without."),
            ["inputs"] = Inputs("The models, each with its range of layers."),
            ["parameters"] = new JsonObject { ["type"] = "object", ["description"] = "The method's parameters for this slice." },
        },
        ["required"] = Strings(["inputs"]),
        ["additionalProperties"] = false,
    };

    private static JsonObject Tokenizer() => new()
    {
        ["type"] = "object",
        ["description"] = "The vocabulary of the output; the base's files, byte for byte, without.",
        ["properties"] = new JsonObject
        {
            ["source"] = Text("base, union, or the model whose tokenizer is taken."),
            ["tokens"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "Where single tokens get their rows, by token string.",
                ["additionalProperties"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["model"] = Text("The model whose row is taken."),
                        ["token"] = new JsonObject { ["type"] = "string", ["description"] = "Its token of another string." },
                        ["tokenId"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = int.MaxValue, ["description"] = "Its token of this id." },
                        ["zero"] = Switch("Whether the row is zero."),
                        ["force"] = Switch("Whether models that know the token use this row as well."),
                    },
                    ["additionalProperties"] = false,
                },
            },
            ["padToMultipleOf"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = int.MaxValue, ["description"] = "Rows are filled up to a multiple of this." },
        },
        ["required"] = Strings(["source"]),
        ["additionalProperties"] = false,
    };

    private static JsonObject Inputs(string description) => List(Reference("input"), description);

    private static JsonObject List(JsonObject items, string? description, int? least = null)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items };
        if (description is not null)
            list["description"] = description;
        if (least is not null)
            list["minItems"] = least;
        return list;
    }

    private static JsonObject Layers(string description) => new()
    {
        ["type"] = "array",
        ["items"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = int.MaxValue },
        ["minItems"] = 2,
        ["maxItems"] = 2,
        ["description"] = description + " [FIRST, END], END not included.",
    };

    private static JsonObject Patterns(string description) => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, List(Text(null), null)),
        ["description"] = description + " Patterns of tensor names, or one text with semicolons between.",
    };

    private static JsonObject DTypeOf(string description) => new()
    {
        ["enum"] = Strings(["auto", .. Enum.GetValues<DType>().Where(d => d.IsMergeable()).Select(d => d.TorchName()).Order(StringComparer.Ordinal)]),
        ["description"] = description,
    };

    private static JsonObject Word<T>(string description)
        where T : struct, Enum => new() { ["enum"] = Strings(Words.All<T>()), ["default"] = Words.Of(default(T)), ["description"] = description };

    private static JsonObject Text(string? description)
    {
        var text = new JsonObject { ["type"] = "string", ["pattern"] = @"\S" };
        if (description is not null)
            text["description"] = description;
        return text;
    }

    private static JsonObject Switch(string description) => new() { ["type"] = "boolean", ["default"] = false, ["description"] = description };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = "#/$defs/" + definition };

    private static JsonObject Required(string name) => new() { ["required"] = Strings([name]) };

    private static JsonArray Strings(IEnumerable<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];
}
