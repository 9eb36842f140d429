using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>
/// Makes the models and slices of a mergekit file inputs: the base is taken out of them for methods to which it is no input, and put
/// to their end for methods to which it is one.
/// </summary>
/// <param name="schema">The method.</param>
/// <param name="baseModel">The base of the merge; null for none.</param>
/// <param name="basePlace">Where it is named.</param>
/// <param name="places">Learns where inputs stand.</param>
internal sealed class MergeKitModels(MethodSchema schema, MergeKitModel? baseModel, MergeKitPlace? basePlace, Dictionary<RecipePlace, string> places)
{
    private const string Models = "a list of models";

    /// <summary>Whole models.</summary>
    public List<RecipeInput> ReadModels(MergeKitPlace list)
    {
        var inputs = new List<RecipeInput>();
        var isListed = false;
        foreach (var place in list.Items(Models))
        {
            var entries = place.Entries("a model with its parameters", "model", "parameters");
            if (ReadModel(place, entries) is not { } model)
                continue;
            isListed |= model == baseModel;
            Add(inputs, place, model, baseModel, entries.GetValueOrDefault("parameters"), new RecipePlace(), null);
        }
        if (schema.Base == BaseUse.Input && baseModel is not null && !isListed && inputs.Count > 0)
        {
            places[new RecipePlace(Input: inputs.Count)] = basePlace!.Where;
            inputs.Add(new RecipeInput(baseModel.Path));
        }
        return inputs;
    }

    /// <summary>Layers that are stacked.</summary>
    public List<RecipeSlice> ReadSlices(MergeKitPlace list)
    {
        var slices = new List<RecipeSlice>();
        foreach (var place in list.Items("a list of slices"))
        {
            var entries = place.Entries("a slice with its sources", "sources", "base_model", "parameters", "residual_weight");
            if (entries.TryGetValue("residual_weight", out var residual) && !residual.IsNull)
                place.Findings.Add(MergeKitDiagnostics.NotSupported(residual.Where, place.File, "residual_weight has no meaning that mergekit implements. Leave it out"));
            if (entries.TryGetValue("sources", out var sources))
                slices.Add(ReadSlice(place, sources, entries, slices.Count));
            else
                place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, "the key 'sources' is missing. List the models whose layers are merged"));
        }
        return slices;
    }

    private RecipeSlice ReadSlice(MergeKitPlace place, MergeKitPlace sources, Dictionary<string, MergeKitPlace> entries, int number)
    {
        var at = new RecipePlace(number);
        places[at] = place.Where;
        var own = entries.TryGetValue("base_model", out var given) && !given.IsNull ? MergeKitModel.Read(given) : null;
        if (own?.Adapter is not null)
            place.Findings.Add(MergeKitDiagnostics.NotSupported(given!.Where, place.File, "a base with an adapter is not read. Merge the adapter into the base first (merge_method: passthrough) and name the result"));
        var used = own ?? baseModel;
        var parameters = entries.TryGetValue("parameters", out var said)
            ? MergeKitParameters.Read(said, (name, value) => places[at with { Parameter = name }] = value.Where)
            : [];
        var inputs = new List<RecipeInput>();
        LayerRange? baseLayers = null;
        var isListed = false;
        foreach (var source in sources.Items(Models))
        {
            var keys = source.Entries("a model with its layers", "model", "layer_range", "parameters");
            var layers = ReadLayers(source, keys.GetValueOrDefault("layer_range"));
            if (ReadModel(source, keys) is not { } model)
                continue;
            if (model == used)
                (isListed, baseLayers) = (true, layers);
            Add(inputs, source, model, used, keys.GetValueOrDefault("parameters"), at, layers);
        }
        CheckSlice(place, inputs, used, isListed, baseLayers);
        return new RecipeSlice(inputs) { Base = own?.Path, BaseLayers = schema.Base == BaseUse.Input ? null : baseLayers, Parameters = parameters };
    }

    private void CheckSlice(MergeKitPlace place, List<RecipeInput> inputs, MergeKitModel? used, bool isListed, LayerRange? baseLayers)
    {
        // With slices mergekit does not add a base that is no source.
        if (!isListed && used is not null && schema.Base != BaseUse.Input)
            place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, $"the base '{used}' is no source of this slice, so nothing says which of its layers the method {schema.Name} is to use. Add it to the sources with its layer_range"));
        if (inputs.Select(i => i.Layers).Append(baseLayers).OfType<LayerRange>().Select(l => l.Count).Distinct().Count() > 1)
            place.Findings.Add(MergeKitDiagnostics.BadLayers(place.Where, place.File, "the sources of one slice have different numbers of layers"));
    }

    private void Add(List<RecipeInput> inputs, MergeKitPlace place, MergeKitModel model, MergeKitModel? used, MergeKitPlace? said, RecipePlace at, LayerRange? layers)
    {
        var isBase = model == used && schema.Base != BaseUse.Input;
        var input = at with { Input = inputs.Count };
        var parameters = said is null
            ? []
            : MergeKitParameters.Read(said, (name, value) =>
            {
                if (!isBase)
                    places[input with { Parameter = name }] = value.Where;
            });
        if (isBase)
        {
            foreach (var unknown in parameters.Keys.Where(name => schema.Find(name) is null))
                place.Findings.Add(ParameterDiagnostics.UnknownParameter($"{said!.Where}.{unknown}", schema.Name, unknown, [.. schema.Parameters.Select(p => p.Name)]));
            if (parameters.Count > 0)
                place.Findings.Add(MergeKitDiagnostics.BaseParameters(said!.Where, place.File, [.. parameters.Keys], schema.Name));
            return;
        }
        places[input] = place.Where;
        inputs.Add(new RecipeInput(model.Path)
        {
            Adapter = model.Adapter,
            Minus = schema.Operands == Operands.TaskVectors ? used?.Path : null,
            Layers = layers,
            Parameters = parameters,
        });
    }

    private static MergeKitModel? ReadModel(MergeKitPlace place, Dictionary<string, MergeKitPlace> entries)
    {
        if (entries.TryGetValue("model", out var model))
            return MergeKitModel.Read(model);
        if (place.Node is MergeKitMap)
            place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, "the key 'model' is missing. Name the model"));
        return null;
    }

    private static LayerRange? ReadLayers(MergeKitPlace source, MergeKitPlace? place)
    {
        if (place is null)
        {
            if (source.Node is MergeKitMap)
                source.Findings.Add(MergeKitDiagnostics.KeyMissing(source.Where, source.File, "the key 'layer_range' is missing. Write layer_range: [FIRST, END]"));
            return null;
        }
        var bounds = (place.Node as MergeKitList)?.Items.Select(i => (i as MergeKitText)?.Integer).ToList();
        if (bounds is not [{ } first, { } end])
            source.Findings.Add(MergeKitDiagnostics.BadLayers(place.Where, place.File, "the layers are not two whole numbers"));
        else if (first < 0 || end <= first)
            source.Findings.Add(MergeKitDiagnostics.BadLayers(place.Where, place.File, first < 0 ? $"layer {first} does not exist" : $"from layer {first} up to, not including, layer {end} there is none"));
        else
            return new LayerRange(first, end);
        return null;
    }
}
