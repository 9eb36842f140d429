using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>One file that a <c>MergedModel</c> is written as for other engines: one for each quantization that it names.</summary>
internal sealed class ModelExport
{
    private static readonly string[] Known =
    [
        "f32", "bf16", "f16", "q8_0", "q6_k", "q5_k_m", "q5_k_s", "q5_1", "q5_0", "q4_k_m", "q4_k_s", "q4_1", "q4_0", "q3_k_l", "q3_k_m", "q3_k_s", "q2_k",
    ];

    private ModelExport(string form, string quantization)
    {
        Form = form;
        Quantization = quantization;
    }

    /// <summary>The format, <c>gguf</c>.</summary>
    public string Form { get; }

    /// <summary>How weights are stored; empty: as they are.</summary>
    public string Quantization { get; }

    /// <summary>What follows the model's name in that of the file; without <c>Quantization</c> only the form.</summary>
    public string Suffix => (Quantization.Length > 0 ? "." + Quantization : "") + "." + Form;

    /// <summary>What a model's <c>Export</c> and <c>Quantization</c> ask for, logging what cannot be.</summary>
    public static IReadOnlyList<ModelExport> Of(ITaskItem model, TaskLoggingHelper log)
    {
        var form = model.GetMetadata("Export").Trim();
        var quantizations = model.GetMetadata("Quantization").Split([';'], StringSplitOptions.RemoveEmptyEntries).Select(q => q.Trim()).Where(q => q.Length > 0).Distinct().ToList();
        if (form.Length > 0 && form != "gguf")
            BuildDiagnostics.BadMetadata(log, "MergedModel", model, "Export", form, "'gguf', the one form there is");
        if (form.Length == 0 && quantizations.Count > 0)
            BuildDiagnostics.BadMetadata(log, "MergedModel", model, "Quantization", string.Join(";", quantizations), "of use without Export='gguf'");
        foreach (var unknown in quantizations.Except(Known))
            BuildDiagnostics.BadMetadata(log, "MergedModel", model, "Quantization", unknown, $"one of {string.Join(", ", Known)}");
        return form.Length == 0 ? [] : quantizations.Count == 0 ? [new ModelExport(form, "")] : [.. quantizations.Select(q => new ModelExport(form, q))];
    }
}
