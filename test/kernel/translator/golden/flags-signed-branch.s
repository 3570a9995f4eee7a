# A signed comparison that a branch reads.
        cmp     eax, ebx
        jl      1f
        mov     eax, ebx
1:      ret
# 0x1000: 39 d8 7c 02 89 d8 c3
