using System.Globalization;
using System.Text;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>The page of the documentation that describes every method, made from the schemas.</summary>
internal static class MethodsPage
{
    /// <summary>The page as Markdown.</summary>
    public static string Write(MergeMethods methods)
    {
        var page = new StringBuilder("""
            # Merge methods

            This page is what `dotnet taskarithmetic methods --markdown` prints; it is made from the methods themselves. In formulas *b* is the base, *xᵢ* the models, *dᵢ* the task vectors and *wᵢ* their weights.

            A parameter *of each input* stands behind its path on the command line (`--vector PATH,density=0.5`), is metadata of its item (`Density="0.5"`), and stands beside its path in a [recipe](recipes.md). Given for the merge, as an option, it holds for all inputs that have none of their own. A parameter *of the merge* is an option. Each may be one value, a list over depth, or a list of values by filter.

            In exact precision, the default, every method computes in float32 from the first input to the last and rounds once, to the dtype of the output. In mergekit precision it has the order of operations and the roundings of mergekit 0.1.5 on torch with AVX2 kernels; each method says where bits differ all the same. The steps: [merge arithmetic](merge-arithmetic.md#methods-that-cut-task-vectors).

            Where a method keeps the largest entries and several equal the smallest of those, the ones of the lowest indices survive. Random masks depend on the seed, the tensor's name, the input's place and the entry's index only. So neither threads nor chunks nor machines change a byte.


            """.ReplaceLineEndings("\n"));
        page.Append("| method | does |\n|---|---|\n");
        foreach (var schema in methods.All.Select(m => m.Schema))
            page.Append(CultureInfo.InvariantCulture, $"| [`{schema.Name}`](#{schema.Name}) | {Cell(schema.Summary)} |\n");
        foreach (var schema in methods.All.Select(m => m.Schema))
            Write(page, schema);
        return page.ToString();
    }

    /// <summary>The option of a parameter: <c>--rescale-factor</c>.</summary>
    public static string OptionOf(MethodParameter parameter) => "--" + parameter.Name.Replace('_', '-');

    /// <summary>The metadata of a parameter: <c>RescaleFactor</c>.</summary>
    public static string MetadataOf(MethodParameter parameter) => MetadataOf(parameter.Name);

    /// <summary>The metadata of the parameter of this name.</summary>
    public static string MetadataOf(string parameter) =>
        string.Concat(parameter.Split('_').Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    /// <summary>What values a parameter takes, in words.</summary>
    public static string ValuesOf(MethodParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Flag => "true or false",
        ParameterKind.Text => parameter.Choices.Count == 0 ? "text" : string.Join(", ", parameter.Choices),
        ParameterKind.Integer => ("whole number " + ParameterCheck.RangeOf(parameter)).TrimEnd(),
        _ => ("number " + ParameterCheck.RangeOf(parameter)).TrimEnd(),
    };

    /// <summary>The default of a parameter as it would be written; what stands for it where there is none.</summary>
    public static string DefaultOf(MethodParameter parameter) => parameter switch
    {
        { Required: true } => "required",
        { Default: double number } => number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant(),
        { Default: bool flag } => flag ? "true" : "false",
        { Default: { } other } => other.ToString() ?? "",
        _ => "none",
    };

    /// <summary>What a method does with the base, in words.</summary>
    public static string BaseOf(MethodSchema schema) => schema.Base switch
    {
        BaseUse.Required => "required",
        BaseUse.Optional => "used where it is given",
        _ => "gives configuration and tokenizer, and counts where it is listed as an input",
    };

    /// <summary>How many inputs a method takes, in words.</summary>
    public static string InputsOf(MethodSchema schema) => schema.MaximumInputs switch
    {
        { } most when most == schema.MinimumInputs => $"exactly {most}",
        { } most => $"{schema.MinimumInputs} to {most}",
        null => $"at least {schema.MinimumInputs}",
    };

    private static void Write(StringBuilder page, MethodSchema schema)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {schema.Name}\n\n{schema.Summary}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"- formula: {schema.Formula}\n- from: {schema.Source}\n");
        page.Append(CultureInfo.InvariantCulture, $"- inputs: {InputsOf(schema)} {(schema.Operands == Operands.Models ? "models" : "task vectors")}; base: {BaseOf(schema)}\n");
        if (!schema.IsOwn)
            page.Append(CultureInfo.InvariantCulture, $"- in mergekit precision: {schema.MergekitPrecision ?? "the same bits"}\n");
        if (schema.IsRandom)
            page.Append("- random: the result depends on the seed (`--seed`)\n");
        if (schema.Parameters.Count == 0)
            return;
        page.Append("\n| parameter | of | option | metadata | values | default | |\n|---|---|---|---|---|---|---|\n");
        foreach (var parameter in schema.Parameters)
        {
            var of = parameter.Scope == ParameterScope.Input ? "each input" : "the merge";
            page.Append(CultureInfo.InvariantCulture, $"| `{parameter.Name}` | {of} | `{OptionOf(parameter)}` | `{MetadataOf(parameter)}` | {Cell(ValuesOf(parameter))} | {Cell(DefaultOf(parameter))} | {Cell(parameter.Description)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
