# A function that calls itself.
fib:    push    ebx
        mov     ebx, eax
        cmp     eax, 2
        jb      1f
        dec     eax
        call    fib
        xchg    eax, ebx
        sub     eax, 2
        call    fib
        add     eax, ebx
1:      pop     ebx
        ret
# 0x1000: 53 89 c3 83 f8 02 72 11 48 e8 f2 ff ff ff 93 83 e8 02 e8 e9 ff ff ff 01 d8 5b c3
