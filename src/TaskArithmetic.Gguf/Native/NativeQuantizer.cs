using System.Runtime.InteropServices;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Gguf.Native;

/// <summary>
/// llama.cpp's own quantizer, for the forms below 8 bits: which tensor gets which type is its decision, as is each block's rounding. It reads a
/// finished file and writes another; a crash of native code ends the process and leaves both in the hidden folder that the next export removes.
/// </summary>
internal sealed class NativeQuantizer
{
    private const int ErrorLevel = 4;

    private readonly unsafe delegate* unmanaged[Cdecl]<QuantizeParameters> defaults;
    private readonly unsafe delegate* unmanaged[Cdecl]<byte*, byte*, QuantizeParameters*, uint> quantize;
    private readonly unsafe delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<int, byte*, nint, void>, nint, void> setLog;

    private unsafe NativeQuantizer(nint library)
    {
        defaults = (delegate* unmanaged[Cdecl]<QuantizeParameters>)NativeLibrary.GetExport(library, "llama_model_quantize_default_params");
        quantize = (delegate* unmanaged[Cdecl]<byte*, byte*, QuantizeParameters*, uint>)NativeLibrary.GetExport(library, "llama_model_quantize");
        setLog = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<int, byte*, nint, void>, nint, void>)NativeLibrary.GetExport(library, "llama_log_set");
    }

    /// <summary>Finds or fetches the libraries and loads them.</summary>
    /// <exception cref="DiagnosticException">TA0102 to TA0104, TA0113, TA0114: they cannot be had; TA5214: they do not load here.</exception>
    public static async Task<NativeQuantizer> LoadAsync(IProgress<string>? log, CancellationToken cancellationToken)
    {
        var location = await NativePackageClient.At().ObtainAsync(LlamaCppPackage.Current(), progress: log, cancellationToken: cancellationToken);
        try
        {
            return new NativeQuantizer(NativeLibrary.Load(Path.Combine(location.Folder, LlamaCppPackage.FileName("llama"))));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw GgufDiagnostics.NoQuantizer(e.Message, e);
        }
    }

    /// <summary>Writes a file in another quantization.</summary>
    /// <param name="model">The model folder, for messages.</param>
    /// <param name="from">A GGUF file of float types.</param>
    /// <param name="to">The file to write.</param>
    /// <param name="quantization">What to make.</param>
    /// <param name="threads">Threads; 0 for one for each processor.</param>
    /// <exception cref="DiagnosticException">TA5213: it refused.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public unsafe void Quantize(string model, string from, string to, GgufQuantization quantization, int threads)
    {
        var parameters = defaults();
        parameters.Threads = threads > 0 ? threads : Environment.ProcessorCount;
        parameters.FileType = quantization.FileType;
        var fromText = Marshal.StringToCoTaskMemUTF8(from);
        var toText = Marshal.StringToCoTaskMemUTF8(to);
        var heard = GCHandle.Alloc(new List<string>());
        try
        {
            setLog(&Hear, GCHandle.ToIntPtr(heard));
            if (quantize((byte*)fromText, (byte*)toText, &parameters) == 0)
                return;
            var reason = string.Join("; ", (List<string>)heard.Target!);
            // What every C++ library calls a file that could not be written: the disk is full.
            throw reason.Contains("iostream", StringComparison.Ordinal) ? new IOException(reason) : GgufDiagnostics.QuantizerRefused(model, quantization.Name, reason);
        }
        finally
        {
            setLog(&Ignore, 0);
            heard.Free();
            Marshal.FreeCoTaskMem(fromText);
            Marshal.FreeCoTaskMem(toText);
        }
    }

    /// <summary>Keeps errors; the rest is a line for each tensor.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static unsafe void Hear(int level, byte* text, nint heard)
    {
        if (level == ErrorLevel && Marshal.PtrToStringUTF8((nint)text)?.Trim() is { Length: > 0 } line)
            ((List<string>)GCHandle.FromIntPtr(heard).Target!).Add(line);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static unsafe void Ignore(int level, byte* text, nint heard)
    {
    }

    /// <summary>llama.cpp's <c>llama_model_quantize_params</c>, in the layout of the pinned release.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct QuantizeParameters
    {
        public int Threads;
        public int FileType;
        public int OutputTensorType;
        public int TokenEmbeddingType;
        public byte AllowRequantize;
        public byte QuantizeOutputTensor;
        public byte OnlyCopy;
        public byte Pure;
        public byte KeepSplit;
        public byte DryRun;
        public nint ImportanceMatrix;
        public nint KeyOverrides;
        public nint TensorTypes;
        public nint PruneLayers;
    }
}
