namespace TaskArithmetic.Text.Tokenizers.Normalizers;

/// <summary>The four normalization forms of Unicode Standard Annex 15.</summary>
internal enum UnicodeForm
{
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}
