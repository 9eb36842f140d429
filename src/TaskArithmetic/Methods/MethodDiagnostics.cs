using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Methods;

/// <summary>The coded findings of merge methods themselves.</summary>
internal static class MethodDiagnostics
{
    /// <param name="method">The method.</param>
    /// <param name="remark">What it noticed, as a clause.</param>
    /// <param name="tensors">The tensors of which it says so.</param>
    public static Diagnostic Remark(string method, string remark, IReadOnlyList<string> tensors) => Diagnostic.Warning(
        "TA1027", $"The method {method} remarks of {Listing.Of(tensors)}: {remark}.").At(tensor: tensors[0], item: method);

    /// <param name="method">The method.</param>
    /// <param name="tensor">A tensor that it decomposes.</param>
    public static Diagnostic NeedsLibtorch(string method, string tensor) => Diagnostic.Error(
        "TA2065",
        $"The method {method} takes the singular values of '{tensor}' by libtorch, which is not at hand. 'dotnet taskarithmetic doctor' says how to get it; TASKARITHMETIC_LIBTORCH names a folder that holds it.",
        DiagnosticKind.Environment).At(tensor: tensor, item: method);
}
